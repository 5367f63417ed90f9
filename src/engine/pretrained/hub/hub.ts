import type { Work } from "../../data/dataset.ts";
import { ModelFileError } from "../../errors.ts";
import type { ModelFiles } from "../files.ts";
import type { ModelStore } from "../store/store.ts";
import { checkAddress, fileUrl, type RepositoryAddress } from "./address.ts";
import type { Fetch } from "./answers.ts";
import { fetchDescription } from "./describe.ts";
import { downloadFile } from "./download.ts";
import { listRepository, type Repository } from "./listing.ts";

export interface HubSettings {
  /** Address of the server, such as https://huggingface.co or a mirror's. */
  readonly base: string;
  /** Nothing is asked of any server where this is false. */
  readonly mayFetch: boolean;
}

/**
 * Repositories of models on a server with the layout of Hugging Face's: `BASE/api/models/ID/revision/REVISION` lists,
 * `BASE/ID/resolve/COMMIT/FILE` gives. Two steps, so that a user sees what will be fetched before it is.
 */
export class Hub {
  constructor(
    readonly settings: HubSettings,
    readonly store: ModelStore,
    readonly fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {}

  /** What a repository holds, by a small request. @throws ModelFileError, CancelledError */
  async list(address: RepositoryAddress, signal: AbortSignal): Promise<Repository> {
    checkAddress(address);
    this.#checkMayFetch(address.id);
    return listRepository(this.settings.base, address, this.fetch, signal);
  }

  /** What a repository's model is, by its small files. @throws ModelFileError, CancelledError */
  describe(repository: Repository, { signal }: Pick<Work, "signal">): Promise<ModelFiles> {
    this.#checkMayFetch(repository.id);
    const draft = this.store.draft(repository);
    return fetchDescription(this.settings.base, repository, draft, { fetch: this.fetch, signal });
  }

  /**
   * Downloads a repository's files into the store, at the commit that was listed, and gives them from there. What is
   * there already is not fetched again. A download that ends early is continued by the next.
   * @throws ModelFileError, CancelledError
   */
  async download(repository: Repository, work: Work): Promise<ModelFiles> {
    const { id, revision, commit, licence, files, bytes: total } = repository;
    const kept = await this.store.find(id, commit);
    if (kept) return this.store.open(kept);
    this.#checkMayFetch(id);
    await this.#checkRoom(repository);
    const draft = this.store.draft({ id, revision, commit, licence });
    let before = 0;
    for (const file of files) {
      await downloadFile(fileUrl(this.settings.base, id, commit, file.name), file, draft, {
        fetch: this.fetch,
        signal: work.signal,
        arrived: (bytes) => work.progress(`Downloading ${id}`, before + bytes, total),
      });
      before += file.bytes;
    }
    await draft.complete(new Date());
    return this.store.open({ id, commit });
  }

  #checkMayFetch(id: string): void {
    if (this.settings.mayFetch) return;
    const message = "It is not kept here, and nothing may be fetched.";
    throw new ModelFileError(id, "not-allowed", message, "Allow downloads, or open the model's files as a folder.");
  }

  /** What an earlier attempt left needs no more room. */
  async #checkRoom({ id, revision, commit, licence, files, bytes }: Repository): Promise<void> {
    const room = await this.store.shelf.estimate();
    if (!room) return;
    const draft = this.store.draft({ id, revision, commit, licence });
    const held = await Promise.all(files.map(async ({ name }) => (await draft.read(name))?.size ?? 0));
    const needed = bytes - held.reduce((sum, size) => sum + size, 0);
    const free = room.quota - room.usage;
    if (needed <= free) return;
    const message = `It needs ${mebibytes(needed)}, and the browser has ${mebibytes(Math.max(0, free))} left for this site.`;
    throw new ModelFileError(id, "no-space", message, "Delete models that are kept here, or make room on the disk.");
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
