import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { ModelFiles } from "../files.ts";
import type { FileWriter, Room, Shelf } from "./shelf.ts";

const RECORD_FILE = "record.json";

const RECORD = z.object({
  version: z.literal(1),
  id: z.string(),
  revision: z.string(),
  commit: z.string(),
  licence: z.string().nullable(),
  savedAt: z.iso.datetime(),
  files: z.array(z.object({ name: z.string(), bytes: z.int().min(0) })),
});

/** A model that is kept whole. */
export interface StoredModel {
  /** `owner/name`. */
  readonly id: string;
  /** The branch, tag or commit that was asked for. */
  readonly revision: string;
  /** The commit that it was then. */
  readonly commit: string;
  readonly licence: string | null;
  /** When its last file was checked, in ISO 8601. */
  readonly savedAt: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
}

/** What is known of a model before its files are. */
export type ModelOfRecord = Pick<StoredModel, "id" | "revision" | "commit" | "licence">;

/**
 * Keeps downloaded models, a folder each, file by file as they were published. A model counts once its record is
 * written, which is done last, and while every file has the size that the record says.
 */
export class ModelStore {
  constructor(readonly shelf: Shelf) {}

  /** Whole models, the latest first. */
  async list(): Promise<StoredModel[]> {
    const records = await Promise.all((await this.shelf.folders()).map((folder) => this.#read(folder)));
    return records.filter((record) => record !== null).sort((a, b) => b.savedAt.localeCompare(a.savedAt));
  }

  /** The model of a repository at a revision or commit, the latest where there are several; null where there is none. */
  async find(id: string, revision: string): Promise<StoredModel | null> {
    const models = await this.list();
    return (
      models.find((model) => model.id === id && (model.commit === revision || model.revision === revision)) ?? null
    );
  }

  /** @throws ModelFileError where the model is not there, or no longer whole */
  async open({ id, commit }: Pick<StoredModel, "id" | "commit">): Promise<ModelFiles> {
    const folder = folderOf(id, commit);
    const record = await this.#read(folder);
    if (!record) {
      const message = "The model is not kept here, or not whole.";
      throw new ModelFileError(`${id}@${commit}`, "missing", message, "Download it again.");
    }
    const sizes = new Map(record.files.map(({ name, bytes }) => [name, bytes]));
    return {
      origin: { id, revision: commit },
      names: [...sizes.keys()],
      size: (name) => sizes.get(name) ?? null,
      open: async (name) => (sizes.has(name) ? this.shelf.read(folder, fileOf(name)) : null),
    };
  }

  async remove({ id, commit }: Pick<StoredModel, "id" | "commit">): Promise<void> {
    await this.shelf.remove(folderOf(id, commit));
  }

  /** Removes what was never finished. */
  async removeUnfinished(): Promise<void> {
    for (const folder of await this.shelf.folders()) if (!(await this.#read(folder))) await this.shelf.remove(folder);
  }

  /** Bytes of all whole models, and what the browser takes and gives for the whole site. */
  async size(): Promise<{ models: number; room: Room | null }> {
    const models = (await this.list()).reduce((sum, { bytes }) => sum + bytes, 0);
    return { models, room: await this.shelf.estimate() };
  }

  /** A place for a model's files, with those that an earlier attempt left. */
  draft(model: ModelOfRecord): Draft {
    return new Draft(this.shelf, folderOf(model.id, model.commit), model);
  }

  async #read(folder: string): Promise<StoredModel | null> {
    const record = await readRecord(this.shelf, folder);
    if (!record || folderOf(record.id, record.commit) !== folder) return null;
    for (const { name, bytes } of record.files)
      if ((await this.shelf.read(folder, fileOf(name)))?.size !== bytes) return null;
    const { version: _, ...model } = record;
    return { ...model, bytes: record.files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}

/** A model that is not whole yet. */
export class Draft {
  readonly #done = new Map<string, number>();

  constructor(
    readonly shelf: Shelf,
    readonly folder: string,
    readonly model: ModelOfRecord,
  ) {}

  /** What there is of a file. */
  read(name: string): Promise<Blob | null> {
    return this.shelf.read(this.folder, fileOf(name));
  }

  /** Writes on from byte `at`. */
  write(name: string, at: number): Promise<FileWriter> {
    return this.shelf.write(this.folder, fileOf(name), at);
  }

  /** Marks a file as whole and checked. */
  finish(name: string, bytes: number): void {
    this.#done.set(name, bytes);
  }

  /** Makes a whole model of the files that are finished. */
  async complete(now: Date): Promise<void> {
    const files = [...this.#done].map(([name, bytes]) => ({ name, bytes }));
    const record: z.input<typeof RECORD> = { version: 1, ...this.model, savedAt: now.toISOString(), files };
    const writer = await this.shelf.write(this.folder, RECORD_FILE, 0);
    try {
      await writer.write(new TextEncoder().encode(JSON.stringify(record)));
    } finally {
      await writer.close();
    }
  }
}

async function readRecord(shelf: Shelf, folder: string): Promise<z.output<typeof RECORD> | null> {
  const blob = await shelf.read(folder, RECORD_FILE);
  if (!blob) return null;
  try {
    return RECORD.parse(JSON.parse(await blob.text()));
  } catch {
    // A record that was cut off is none.
    return null;
  }
}

const folderOf = (id: string, commit: string): string => `${encodeURIComponent(id)}@${commit}`;

/** Names of files within a folder; the record's own cannot be among them. */
const fileOf = (name: string): string => `file-${encodeURIComponent(name)}`;
