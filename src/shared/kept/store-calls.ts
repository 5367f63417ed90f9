import type { RunRecord } from "../run-record.ts";
import type { RunEntry } from "./run-entry.ts";

/** Bytes of all that this site keeps, models by name included, and what the browser gives. */
export interface Room {
  usage: number;
  quota: number;
  /** True where the browser promised not to clear it by itself when the disk is short of room. */
  persistent: boolean;
}

/** Data that were trained on, kept so that their runs can go on and their items be seen. */
export interface SourceEntry {
  /** SHA-256 of the content, or `sample:ID`. */
  contentId: string;
  name: string;
  /** The first hundred of its files, and how many there are. */
  files: { name: string; bytes: number }[];
  numFiles: number;
  bytes: number;
  keptAt: string;
}

/** A document of the page's own that is kept with the runs: sweeps, and whatever comes. `version` is of its format. */
export interface KeptDocument {
  kind: "sweep";
  id: string;
  version: number;
  content: unknown;
}

/** All that is kept, and what was found wrong with it. */
export interface StoreContent {
  /** False where a browser gives no lasting storage: all of it is gone with the tab. */
  lasting: boolean;
  /** The oldest first. */
  runs: RunEntry[];
  sources: SourceEntry[];
  documents: KeptDocument[];
  room: Room | null;
  /** What could not be read, in sentences: the file, what is wrong, what to do. The rest stays usable. */
  problems: string[];
}

/** One zip. `problems`: what could not be put into it, in sentences. */
export interface ExportResult {
  zip: Blob;
  name: string;
  problems: string[];
}

/** What an import brought. */
export interface ImportResult {
  runs: number;
  sources: number;
  documents: number;
  /** Already here, by their identity, and left as they are. */
  known: number;
}

/** Calls about what is kept. All pass the queue: none waits for a run. */
export interface StoreCalls {
  /** Opens the store, the first time after a start collecting what no entry refers to. */
  "store.read": { arguments: Record<string, never>; result: StoreContent };
  /** Only a page may ask the browser not to clear it (`navigator.storage.persist()`); then it asks this again. */
  "store.room": { arguments: Record<string, never>; result: Room | null };
  "store.annotate": {
    arguments: { runId: string; name?: string; notes?: string; tags?: string[] };
    result: null;
  };
  /** Takes runs out of the list; they can be put back until `store.purge`, or until the store is next opened. */
  "store.remove": { arguments: { runIds: string[] }; result: null };
  "store.putBack": { arguments: { runIds: string[] }; result: RunEntry[] };
  /** Frees what was removed, and data that no run refers to. */
  "store.purge": { arguments: Record<string, never>; result: { bytes: number } };
  "store.removeSource": { arguments: { contentId: string }; result: null };
  /** The record of a run that has ended. @throws where it is damaged, naming the run */
  "store.record": { arguments: { runId: string }; result: RunRecord };
  "store.keepDocument": { arguments: { document: KeptDocument }; result: null };
  "store.removeDocument": { arguments: { kind: KeptDocument["kind"]; id: string }; result: null };
  /** One zip with a manifest and the hash of everything in it. `runIds` null: all runs. Data sets and sweeps of the runs go with them. */
  "store.export": { arguments: { runIds: string[] | null; weights: boolean }; result: ExportResult };
  /** All or nothing: a damaged file changes nothing here. */
  "store.import": { arguments: { file: Blob; name: string }; result: ImportResult };
}
