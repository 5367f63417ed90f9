import type { SourceEntry } from "../../shared/kept/store-calls.ts";
import type { OpenableSource } from "../../shared/protocol.ts";
import { SAMPLE_PREFIX } from "../../shared/samples.ts";
import type { SourceFiles } from "../data/content-id.ts";
import type { Change } from "./catalogue/catalogue.ts";
import { readEntry } from "./entries/format.ts";
import { type KeptSource, SOURCE_FORMAT } from "./entries/source-format.ts";
import type { KeptStore } from "./kept-store.ts";
import { StoreError } from "./store-error.ts";

/** A tab that opened kept data has the lock of this name and their identity. */
const IN_USE = "refrain-source-";
/** Files that are listed by name. */
const LISTED_FILES = 100;

/** How data were opened. `maxRows` null: as many rows of a table as are kept by default. */
export type SourceSettings = KeptSource["settings"];

/** Data that are kept: all files of a source in one blob, one behind the other. */
export class Sources {
  /** What was opened here, whose files may be read as long as the tab lasts. */
  readonly #inUse = new Set<string>();

  constructor(readonly store: KeptStore) {}

  /** Keeps the files of a source, where they are not kept already, and how it was opened. */
  async keep(
    contentId: string,
    name: string,
    { files, roles }: SourceFiles,
    settings: SourceSettings,
    now: Date,
  ): Promise<void> {
    const kept = await this.find(contentId);
    if (kept) return this.#openAs(kept, settings);
    const [first] = files;
    const content = files.length === 1 && first ? first.file : new Blob(files.map(({ file }) => file));
    await this.store.keep(`the data set ${JSON.stringify(name)}`, { content }, async ({ content }) => [
      putSource({
        version: 1,
        contentId,
        name,
        files: files.map(({ path, file }) => ({ path, bytes: file.size })),
        roles: { ...roles },
        settings,
        keptAt: now.toISOString(),
        blobs: { content },
      }),
    ]);
    this.store.parts.changed("sources");
  }

  /** What was opened, to be opened again. @throws StoreError where it is not kept here, or damaged */
  async source(contentId: string): Promise<{ source: OpenableSource; settings: SourceSettings | null }> {
    if (contentId.startsWith(SAMPLE_PREFIX))
      return { source: { kind: "sample", id: contentId.slice(SAMPLE_PREFIX.length) }, settings: null };
    const kept = await this.find(contentId);
    if (!kept) throw new StoreError("unknown", "These data are not kept here. Open their file or folder again.");
    await this.#use(contentId);
    const { files, roles } = await this.files(kept);
    const { validation, test } = roles;
    return {
      source: {
        kind: "files",
        files: files.map(({ path, file }) => ({ path, file: file as Blob })),
        roles: { ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) },
      },
      settings: kept.settings,
    };
  }

  /** The files of kept data. @throws StoreError where they are damaged */
  async files({ name, files, roles, blobs }: KeptSource): Promise<SourceFiles> {
    const content = await this.store.parts.blobs.read(blobs.content, wordsFor(name));
    let at = 0;
    const cut = files.map(({ path, bytes }) => {
      const file = content.slice(at, at + bytes);
      at += bytes;
      return { path, file };
    });
    return { files: cut, roles: roles as SourceFiles["roles"] };
  }

  /** @throws StoreError where the entry cannot be read */
  async find(contentId: string): Promise<KeptSource | null> {
    const found = await this.store.parts.catalogue.get("sources", contentId);
    return found === undefined ? null : readEntry(SOURCE_FORMAT, found, contentId);
  }

  async list(): Promise<{ entries: SourceEntry[]; problems: string[] }> {
    return this.store.reading(async () => {
      const { blobs } = this.store.parts;
      const present = new Set(await blobs.shelf.hashes());
      const { sources, problems } = await this.readAll();
      const faults = sources.map(({ name, blobs: { content } }) => blobs.faultOf(content, present, wordsFor(name)));
      return {
        entries: sources.map(listed).sort((a, b) => a.keptAt.localeCompare(b.keptAt)),
        problems: [...problems, ...faults.filter((fault) => fault !== null)],
      };
    });
  }

  async remove(contentId: string): Promise<void> {
    await this.store.commit("nothing", async () => [{ table: "sources", key: contentId, value: null }]);
    this.store.parts.changed("sources");
  }

  /** Frees data that none of these identities names, and that no tab has opened. @returns the bytes of it */
  async purge(wanted: () => Promise<ReadonlySet<string>>): Promise<number> {
    let freed: KeptSource[] = [];
    await this.store.commit("nothing", async () => {
      const named = await wanted();
      const held = await this.store.parts.locks.held();
      const isWanted = (id: string): boolean => named.has(id) || held.has(IN_USE + id);
      freed = (await this.readAll()).sources.filter(({ contentId }) => !isWanted(contentId));
      return freed.map(({ contentId }) => ({ table: "sources", key: contentId, value: null }));
    });
    if (freed.length > 0) this.store.parts.changed("sources");
    return freed.reduce((sum, { blobs }) => sum + blobs.content.bytes, 0);
  }

  /** What can be opened without skipping bad items is the same with it, so that skipping serves all runs of the data. */
  async #openAs(kept: KeptSource, { skipBad, maxRows }: SourceSettings): Promise<void> {
    const settings = { skipBad: skipBad || kept.settings.skipBad, maxRows };
    if (settings.skipBad === kept.settings.skipBad && maxRows === kept.settings.maxRows) return;
    await this.store.commit(`how the data set ${JSON.stringify(kept.name)} is opened`, async () => {
      const now = await this.find(kept.contentId);
      return now ? [putSource({ ...now, settings })] : [];
    });
  }

  async #use(contentId: string): Promise<void> {
    if (this.#inUse.has(contentId)) return;
    await this.store.parts.locks.hold(IN_USE + contentId, "shared", 0);
    this.#inUse.add(contentId);
  }

  /** All that can be read, and what is wrong with the rest. */
  async readAll(): Promise<{ sources: KeptSource[]; problems: string[] }> {
    const sources: KeptSource[] = [];
    const problems: string[] = [];
    for (const { key, value } of await this.store.parts.catalogue.all("sources")) {
      try {
        sources.push(readEntry(SOURCE_FORMAT, value, key));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        problems.push(error.message);
      }
    }
    return { sources, problems };
  }
}

export const putSource = (source: KeptSource): Change => ({
  table: "sources",
  key: source.contentId,
  value: source as Change["value"],
});

const wordsFor = (name: string): string => `The content of the data set ${JSON.stringify(name)}`;

const listed = ({ contentId, name, files, keptAt, blobs }: KeptSource): SourceEntry => ({
  contentId,
  name,
  files: files.slice(0, LISTED_FILES).map(({ path, bytes }) => ({ name: path, bytes })),
  numFiles: files.length,
  bytes: blobs.content.bytes,
  keptAt,
});
