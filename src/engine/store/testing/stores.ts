import "fake-indexeddb/auto";
import { recordOf } from "../../../shared/model-card/testing/record.ts";
import type { BlobShelf } from "../blobs/blob-shelf.ts";
import { Blobs } from "../blobs/blobs.ts";
import { memoryBlobShelf } from "../blobs/memory-blob-shelf.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { databaseCatalogue } from "../catalogue/database.ts";
import type { ChangeKind, StoreParts } from "../kept-store.ts";
import { programLocks, type StoreLocks } from "../locks.ts";
import { RunStore } from "../run-store.ts";
import type { RunOutcome, RunStart } from "../runs.ts";

let made = 0;

/** What several tabs share: one disk, one database, one set of locks. */
export interface Disk {
  readonly shelf: BlobShelf;
  readonly catalogue: Catalogue;
  readonly locks: StoreLocks;
  readonly told: ChangeKind[];
}

export async function newDisk(): Promise<Disk> {
  return {
    shelf: memoryBlobShelf(),
    catalogue: await databaseCatalogue(`store-${++made}`),
    locks: programLocks(),
    told: [],
  };
}

/** A store as a tab opens it. @param changes parts that differ, such as a shelf that breaks */
export const storeOn = ({ shelf, catalogue, locks, told }: Disk, changes: Partial<StoreParts> = {}): RunStore =>
  new RunStore(
    {
      blobs: new Blobs(shelf),
      catalogue,
      locks,
      changed: (kind) => void told.push(kind),
      free: async () => 1_500_000,
      ...changes,
    },
    null,
  );

/** The same disk after the tab is gone, with all its locks. */
export const afterCrash = (disk: Disk): Disk => ({ ...disk, locks: programLocks() });

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const textOf = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);

export const RECORD = recordOf();

export const startOf = (runId: string, changes: Partial<RunStart> = {}): RunStart => ({
  runId,
  name: null,
  backend: "auto",
  experiment: RECORD.experiment,
  source: { name: "tickets.csv", contentId: "sample:intents" },
  sweep: null,
  startedAt: "2026-03-04T05:06:07.000Z",
  ...changes,
});

export const outcomeOf = (text: string): RunOutcome => ({
  record: RECORD,
  model: bytesOf(`weights ${text}`),
  predictions: bytesOf(`predictions ${text}`),
});

export const checkpointAt = (step: number) => ({ step, totalSteps: 40, epoch: 2, at: "2026-03-04T05:07:00.000Z" });

/** Thrown where a test has the program end in the middle of something. */
export class Crash extends Error {}

/**
 * A disk that ends at its nth write, whatever is written: nothing that comes after reaches it.
 * @param doneAfter whether that write itself still reaches the disk
 */
export function crashing(disk: Disk, at: number, doneAfter: boolean): { disk: Disk; writes: () => number } {
  let writes = 0;
  const guarded = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes > at || (writes === at && !doneAfter)) throw new Crash("The tab is gone.");
    const result = await write();
    if (writes === at) throw new Crash("The tab is gone.");
    return result;
  };
  const { shelf, catalogue } = disk;
  return {
    writes: () => writes,
    disk: {
      ...disk,
      shelf: {
        ...shelf,
        async draft() {
          const draft = await shelf.draft();
          return {
            write: (bytes) => guarded(() => draft.write(bytes)),
            finish: (hash) => guarded(() => draft.finish(hash)),
            abandon: () => guarded(() => draft.abandon()),
          };
        },
        remove: (hash) => guarded(() => shelf.remove(hash)),
        removeDrafts: () => guarded(() => shelf.removeDrafts()),
      },
      catalogue: { ...catalogue, write: (changes) => guarded(() => catalogue.write(changes)) },
    },
  };
}
