import type { RunEntry } from "../../shared/kept/run-entry.ts";
import type { Content } from "./blobs/blobs.ts";
import type { Change } from "./catalogue/catalogue.ts";
import { readEntry } from "./entries/format.ts";
import { type KeptRun, RUN_FORMAT } from "./entries/run-format.ts";
import type { KeptStore } from "./kept-store.ts";
import type { Release } from "./locks.ts";
import { BLOB_WORDS, type BlobName, bytesOf, listed, wordsFor } from "./run-listing.ts";
import { StoreError } from "./store-error.ts";

/** Whoever trains a run has the lock of this name and the run's id. */
export const TRAINING = "refrain-run-";

/** The entries of runs: listed, changed and deleted. */
export class RunEntries {
  /** Runs that are trained here. */
  protected readonly training = new Map<string, Release>();

  constructor(readonly store: KeptStore) {}

  /** All runs but those that were taken out of the list, the oldest first, and what is wrong with any. */
  async list(): Promise<{ entries: RunEntry[]; problems: string[] }> {
    const anywhere = await this.#anywhere();
    return this.store.reading(async () => {
      const { blobs } = this.store.parts;
      const present = new Set(await blobs.shelf.hashes());
      const { runs, problems } = await this.readAll();
      const shown = runs.filter(({ removedAt }) => removedAt === null);
      const faultOf = (run: KeptRun, blob: BlobName): string | null => {
        const ref = run.blobs[blob];
        return ref ? blobs.faultOf(ref, present, wordsFor(run, blob)) : null;
      };
      const faults = shown.flatMap((run) => BLOB_NAMES.map((blob) => faultOf(run, blob)));
      const usable = (run: KeptRun, blob: BlobName): boolean => faultOf(run, blob) === null;
      const seen = { here: new Set(this.training.keys()), anywhere, lasting: this.store.lasting, usable };
      return {
        entries: shown.map((run) => listed(run, seen)).sort((a, b) => a.startedAt.localeCompare(b.startedAt)),
        problems: [...problems, ...faults.filter((fault) => fault !== null)],
      };
    });
  }

  /** A run as it is listed. @throws StoreError where there is none, or it cannot be read */
  async entry(runId: string): Promise<RunEntry> {
    const run = await this.get(runId);
    const { damaged } = this.store.parts.blobs;
    const usable = (_: KeptRun, blob: BlobName): boolean => !damaged.has(run.blobs[blob]?.hash ?? "");
    const here = new Set(this.training.keys());
    return listed(run, { here, anywhere: await this.#anywhere(), lasting: this.store.lasting, usable });
  }

  /** Changes what the user says of a run; what is left out stays. */
  async annotate(runId: string, { name, notes, tags }: Partial<Pick<RunEntry, "name" | "notes" | "tags">>) {
    await this.updateAll([runId], (run) => ({
      ...run,
      name: name ?? run.name,
      notes: notes ?? run.notes,
      tags: tags ?? run.tags,
    }));
  }

  /** Takes runs out of the list. @throws StoreError where one of them is in training */
  async remove(runIds: readonly string[], now: Date): Promise<void> {
    const training = await this.#anywhere();
    await this.updateAll(runIds, (run) => {
      if (training.has(run.runId))
        throw new StoreError("busy", `${JSON.stringify(run.name)} is in training. Stop it first, and then delete it.`);
      return { ...run, removedAt: now.toISOString() };
    });
  }

  async putBack(runIds: readonly string[]): Promise<RunEntry[]> {
    await this.updateAll(runIds, (run) => ({ ...run, removedAt: null }));
    const { entries } = await this.list();
    return entries.filter(({ runId }) => runIds.includes(runId));
  }

  /** Frees what was taken out of the list. @returns the bytes of it */
  async purge(): Promise<number> {
    let removed: KeptRun[] = [];
    await this.store.commit("nothing", async () => {
      const { runs } = await this.readAll();
      removed = runs.filter(({ removedAt }) => removedAt !== null);
      return removed.map(({ runId }) => ({ table: "runs", key: runId, value: null }));
    });
    if (removed.length > 0) this.changed();
    return removed.reduce((sum, run) => sum + bytesOf(run), 0);
  }

  /** Null where there is none. @throws StoreError where it cannot be read */
  async find(runId: string): Promise<KeptRun | null> {
    const found = await this.store.parts.catalogue.get("runs", runId);
    return found === undefined ? null : readEntry(RUN_FORMAT, found, runId);
  }

  /** @throws StoreError where there is none, or it cannot be read */
  async get(runId: string): Promise<KeptRun> {
    const found = await this.find(runId);
    if (!found) throw new StoreError("unknown", `There is no run ${runId} among those that are kept.`);
    return found;
  }

  /** All that can be read, and what is wrong with the rest. */
  async readAll(): Promise<{ runs: KeptRun[]; problems: string[] }> {
    const runs: KeptRun[] = [];
    const problems: string[] = [];
    for (const { key, value } of await this.store.parts.catalogue.all("runs")) {
      try {
        runs.push(readEntry(RUN_FORMAT, value, key));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        problems.push(error.message);
      }
    }
    return { runs, problems };
  }

  protected async updateAll(runIds: readonly string[], change: (run: KeptRun) => KeptRun): Promise<void> {
    await this.store.commit("the changes", () =>
      Promise.all(runIds.map(async (runId) => putRun(change(await this.get(runId))))),
    );
    this.changed();
  }

  /** Keeps blobs of a run together with its entry. */
  protected async keep<K extends BlobName>(
    runId: string,
    contents: Partial<Record<K, Content>>,
    change: (run: KeptRun, refs: KeptRun["blobs"]) => KeptRun,
  ): Promise<void> {
    const { name } = await this.get(runId);
    const what = Object.keys(contents).map((blob) => BLOB_WORDS[blob as BlobName]);
    await this.store.keep(
      `the ${what.join(", the ")} of the run ${JSON.stringify(name)}`,
      contents as Record<K, Content>,
      async (refs) => [putRun(change(await this.get(runId), refs))],
    );
    this.changed();
  }

  protected changed(): void {
    this.store.parts.changed("runs");
  }

  async #anywhere(): Promise<Set<string>> {
    const held = await this.store.parts.locks.held();
    return new Set([...held].filter((name) => name.startsWith(TRAINING)).map((name) => name.slice(TRAINING.length)));
  }
}

const BLOB_NAMES = Object.keys(BLOB_WORDS) as BlobName[];

export const putRun = (run: KeptRun): Change => ({ table: "runs", key: run.runId, value: run as Change["value"] });
