import type { BlobRef } from "./blobs/blob-shelf.ts";
import type { Blobs, Content } from "./blobs/blobs.ts";
import { type Catalogue, type Change, hashesOf, type KeptValue } from "./catalogue/catalogue.ts";
import { FEATURES_FORMAT } from "./entries/source-format.ts";
import type { Release, StoreLocks } from "./locks.ts";
import { StoreError } from "./store-error.ts";

/** Whoever writes has it, for as long as it takes to write entries. */
const WRITER = "refrain-store";
/** Whoever has the store open has it, together with all others; whoever collects has it alone. */
const OPEN = "refrain-open";
/** Until a tab that collects is done, for which a second is long. */
const OPEN_MS = 60_000;

/** Something else may free a blob between its being written and its entry; then it is written again. */
const ATTEMPTS = 5;

/** Room that is made beyond what is wanted: entries need some, too. */
const SPARE_BYTES = 1 << 20;

/** What a change of what is kept was about, as other tabs are told. */
export type ChangeKind = "runs" | "sources";

/** What a store is made of. */
export interface StoreParts {
  readonly blobs: Blobs;
  readonly catalogue: Catalogue;
  readonly locks: StoreLocks;
  /** Called after every commit that others may want to see. */
  readonly changed: (kind: ChangeKind) => void;
  /** Bytes that the browser still gives; null where it does not tell. */
  readonly free: () => Promise<number | null>;
}

/**
 * Blobs, and entries that refer to them. Blobs are written first; the one transaction that replaces the entries is the
 * commit point; then what nothing refers to any more is freed. A crash in between leaves the old entries, with all
 * their blobs, and at most some blobs too many, which the next one to open the store alone collects.
 */
export class KeptStore {
  #here: Release | null = null;

  constructor(readonly parts: StoreParts) {}

  get lasting(): boolean {
    return this.parts.catalogue.lasting && this.parts.blobs.shelf.lasting;
  }

  /**
   * Opens the store, which collects what no entry refers to where no other tab has it open.
   * @param alone what else is to be done where this is the only tab
   */
  async open(alone: () => Promise<void> = async () => {}): Promise<void> {
    const { locks } = this.parts;
    const only = await locks.hold(OPEN, "exclusive", 0);
    try {
      if (only) {
        await alone();
        await this.#collect();
      }
    } finally {
      only?.();
    }
    this.#here = await locks.hold(OPEN, "shared", OPEN_MS);
    if (!this.#here) throw new StoreError("busy", "Another tab is clearing up what is kept. Close it, and try again.");
  }

  /** Lets others collect. */
  close(): void {
    this.#here?.();
    this.#here = null;
  }

  /**
   * Keeps blobs and the entries that refer to them.
   * @param what names it in errors, such as `the checkpoint of "Run 3"`
   * @param change the entries, given what their blobs are called; it runs while nobody else writes
   * @throws StoreError where there is no room; what was there before stays as it was
   */
  async keep<K extends string>(
    what: string,
    contents: Readonly<Record<K, Content>>,
    change: (refs: Record<K, BlobRef>) => Promise<Change[]>,
  ): Promise<void> {
    const bytes = (Object.values(contents) as Content[]).reduce((sum, content) => sum + sizeOf(content), 0);
    try {
      await this.#keep(contents, change);
    } catch (error) {
      if (!isFull(error)) throw error;
      // Features can be computed anew, so that they make way for everything else.
      if ((await this.evictFeatures(2 * bytes + SPARE_BYTES)) === 0) throw await this.#full(what, bytes, error);
      await this.#keep(contents, change).catch(async (again) => {
        throw isFull(again) ? await this.#full(what, bytes, again) : again;
      });
    }
  }

  /** Looks at entries and blobs while nobody writes. */
  reading<T>(work: () => Promise<T>): Promise<T> {
    return this.parts.locks.exclusively(WRITER, work);
  }

  /** Replaces entries whose blobs are there already. `change` runs while nobody else writes. */
  async commit(what: string, change: () => Promise<Change[]>): Promise<void> {
    await this.keep(what, {}, change);
  }

  /**
   * Frees features until `bytes` are free, those first that were unused for longest.
   * @returns the bytes that were freed
   */
  async evictFeatures(bytes: number): Promise<number> {
    return this.parts.locks.exclusively(WRITER, async () => {
      let freed = 0;
      for (const { key, size } of await this.features()) {
        if (freed >= bytes) break;
        await this.#replace([{ table: "features", key, value: null }]);
        freed += size;
      }
      return freed;
    });
  }

  /** Kept features, those first that were unused for longest. What cannot be read counts as the oldest. */
  async features(): Promise<{ key: string; size: number; usedAt: string }[]> {
    const rows = await this.parts.catalogue.all("features");
    return rows
      .map(({ key, value }) => {
        const { success, data } = FEATURES_FORMAT.schema.safeParse(value);
        return { key, size: success ? data.blobs.features.bytes : 0, usedAt: success ? data.usedAt : "" };
      })
      .sort((a, b) => a.usedAt.localeCompare(b.usedAt));
  }

  async #keep<K extends string>(
    contents: Readonly<Record<K, Content>>,
    change: (refs: Record<K, BlobRef>) => Promise<Change[]>,
  ): Promise<void> {
    const { blobs, locks } = this.parts;
    const put: BlobRef[] = [];
    try {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        put.length = 0;
        for (const content of Object.values(contents) as Content[]) put.push(await blobs.put(content));
        const refs = Object.fromEntries(Object.keys(contents).map((name, i) => [name, put[i]]));
        const done = await locks.exclusively(WRITER, async () => {
          for (const ref of put) if (!(await blobs.has(ref))) return false;
          await this.#replace(await change(refs as Record<K, BlobRef>));
          return true;
        });
        if (done) return;
      }
    } catch (error) {
      await locks.exclusively(WRITER, () => this.#free(put.map(({ hash }) => hash))).catch(() => {});
      throw error;
    }
    throw new StoreError("busy", "Another tab keeps deleting what this one writes. Close it, and try again.");
  }

  /** The commit. Has the lock. */
  async #replace(changes: readonly Change[]): Promise<void> {
    const { catalogue } = this.parts;
    const before = await Promise.all(changes.map(({ table, key }) => catalogue.get(table, key)));
    await catalogue.write(changes);
    try {
      await this.#free(before.flatMap((value) => (hasBlobs(value) ? hashesOf(value) : [])));
    } catch (error) {
      console.warn("A file that nothing needs any more could not be deleted; it will be the next time.", error);
    }
  }

  /** Frees those of the blobs that nothing refers to. Has the lock. */
  async #free(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return;
    const { blobs, catalogue } = this.parts;
    const referred = await catalogue.referred(hashes);
    for (const hash of hashes) if (!referred.has(hash)) await blobs.shelf.remove(hash);
  }

  /** Frees all that nothing refers to. */
  async #collect(): Promise<void> {
    const { blobs, catalogue } = this.parts;
    const referred = await catalogue.referred();
    await blobs.shelf.removeDrafts();
    for (const hash of await blobs.shelf.hashes()) if (!referred.has(hash)) await blobs.shelf.remove(hash);
  }

  async #full(what: string, bytes: number, cause: unknown): Promise<StoreError> {
    const free = await this.parts.free().catch(() => null);
    // Some browsers tell of more room than they give, so that sites cannot learn how full a disk is.
    const known = free !== null && free < bytes;
    const left = known ? `The browser gives ${inMegabytes(free)} more` : "The browser gives no more room";
    return new StoreError(
      "full",
      `There is no room to keep ${what}${bytes > 0 ? ` (${inMegabytes(bytes)})` : ""}. ${left}. What was kept before is unchanged. Delete runs, data sets or models that are kept here, or make room on the disk.`,
      { cause },
    );
  }
}

const sizeOf = (content: Content): number => (content instanceof Blob ? content.size : content.length);

const inMegabytes = (bytes: number): string => `${(Math.max(0, bytes) / 1e6).toFixed(1)} MB`;

const isFull = (error: unknown): boolean => error instanceof Error && error.name === "QuotaExceededError";

const hasBlobs = (value: unknown): value is KeptValue =>
  typeof value === "object" && value !== null && typeof (value as { blobs?: unknown }).blobs === "object";
