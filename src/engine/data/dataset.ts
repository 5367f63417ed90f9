import type { DatasetSummary, Item, SourceSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { OpenableSource } from "../../shared/protocol.ts";
import type { Split } from "../../shared/task.ts";

/** What was opened. It knows its rows and how to turn them into a data set, and holds no tensors. */
export interface Source {
  readonly summary: SourceSummary;
  /** A page of items in file order; `split` only after a prepare. */
  items(offset: number, limit: number): Promise<Item[]>;
  /**
   * Encodes, splits and checks the rows for an experiment. Throws {@link DataError}; a source stays usable then.
   * The same experiment and files always give the same data set.
   * @param leaveOutBad items that cannot be read take no part even where the source was not opened to skip them
   */
  prepare(experiment: Experiment, work: Work, leaveOutBad?: boolean): Promise<Dataset>;
}

/** Progress and cancellation of long work. */
export interface Work {
  readonly signal: AbortSignal;
  progress(what: string, done: number, total: number): void;
}

/** Opens files, pasted text or a built-in sample. Throws {@link DataError}. */
export type OpenSource = (source: OpenableSource, options: OpenOptions, work: Work) => Promise<Source>;

export interface OpenOptions {
  /** Leave out items that cannot be read and report them as warnings. */
  readonly skipBad: boolean;
  /** Keep at most this many rows of a table, drawn uniformly with a seed while streaming. */
  readonly maxRows: number;
}

/** The encoded inputs of all items, row-major, on the host; the engine moves them to the device. */
export type Inputs = TableInputs | TextInputs | ImageInputs;

export interface TableInputs {
  readonly modality: "table";
  /** [items, features], encoded and scaled. */
  readonly values: Float32Array;
  readonly encoder: TableEncoder;
}

export interface TextInputs {
  readonly modality: "text";
  readonly texts: readonly string[];
}

export interface ImageInputs {
  readonly modality: "image";
  /** [items, height, width, channels], 0 to 255. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** 1 where every image is grey, else 3. */
  readonly channels: 1 | 3;
}

/** One table column's encoding, fitted on training rows alone. It is saved with the model. */
export type ColumnEncoding =
  | { name: string; kind: "numeric"; shift: number; scale: number; fill: number; missingFlag: boolean }
  | { name: string; kind: "categorical"; categories: string[] };

/** Turns a row of cells into features. Plain data, so that it can be saved as JSON. */
export interface TableEncoder {
  readonly columns: readonly ColumnEncoding[];
  /** Names of the encoded features, in order. */
  readonly features: readonly string[];
  /** Standard deviation of each encoded feature over the training rows. */
  readonly stdDevs: readonly number[];
}

/** A data set ready to be trained on. Items are numbered 0..n-1 over all files. */
export interface Dataset {
  readonly classes: readonly string[];
  /** Class index of each item as training sees it: some training labels may be flipped, held-out ones are true. */
  readonly labels: Int32Array;
  /** Class index of each item as the files have it, or as it was edited: none is flipped. */
  readonly trueLabels: Int32Array;
  readonly splits: Readonly<Record<Split, Int32Array>>;
  readonly inputs: Inputs;
  readonly summary: DatasetSummary;
  /** Items that cannot be read, and therefore take no part. */
  readonly unusable: Int32Array;
  item(id: number): Promise<Item>;
}
