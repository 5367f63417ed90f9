import type { ExperimentFile } from "./experiment.ts";
import type { Split, Task } from "./task.ts";

/** Something wrong with what the user brought, said where it is and what can be done. */
export interface DataProblem {
  readonly severity: "error" | "warning";
  /** File (path inside a zip included). */
  readonly file: string;
  /** Line number in the file as an editor shows it, from 1 (header included), where it applies. */
  readonly row?: number;
  readonly column?: string;
  readonly message: string;
  /** What to do, in one sentence. */
  readonly action: string;
}

export type ColumnKind = "text" | "label" | "numeric" | "categorical";

/** A column of an opened table, with a guess at what it is. */
export interface ColumnSummary {
  name: string;
  kind: ColumnKind;
  missing: number;
  /** Distinct values, counted up to 2,001. */
  distinct: number;
  examples: string[];
  /** Smallest, largest and mean of a column whose values all are numbers. */
  range: { min: number; max: number; mean: number } | null;
}

/** What was opened, before anyone has said what is to be learned from it. */
export interface SourceSummary {
  /** Changes with every successful open. */
  id: string;
  /** Identity of the content: SHA-256 over its files, or `sample:ID`. */
  contentId: string;
  name: string;
  kind: "table" | "images";
  files: { name: string; bytes: number; rows: number; role: Split }[];
  rows: number;
  /** Of how many rows these were taken, where the source was too large to be kept whole. */
  sampledFrom: number | null;
  columns: ColumnSummary[];
  /** The experiment's `task` and `data` that the studio proposes. */
  guess: Pick<ExperimentFile, "task" | "data">;
  /** Items that could not be read and were skipped, and other warnings. */
  problems: DataProblem[];
  /** For a built-in sample: where it comes from and its licence. */
  credit: string | null;
}

/** How many items of a class went where. `leftOut`: labelled, but beyond labels per class, or excluded by hand. */
export interface ClassCount extends Record<Split, number> {
  name: string;
  leftOut: number;
}

/** A pair of equal inputs of which one is in training and the other is held out. */
export interface DuplicatePair {
  trainItem: number;
  otherItem: number;
  other: Exclude<Split, "train">;
  sameLabel: boolean;
}

/** What one input is made of. `columns`: a table's feature columns. */
export type InputShape =
  | { modality: "table"; columns: string[] }
  | { modality: "text" }
  | { modality: "image"; height: number; width: number; channels: number };

/** How many items of each split were edited by hand; an excluded one counts for the split it was drawn into. */
export type EditCounts = Record<"relabelled" | "excluded", Record<Split, number>>;

/** The data set as it will be trained on. */
export interface DatasetSummary {
  task: Task;
  classes: ClassCount[];
  train: number;
  validation: number;
  test: number;
  leftOut: number;
  /** Training items whose label was flipped to another class (the experiment's label noise). */
  flipped: number;
  edits: EditCounts;
  duplicates: { betweenSplits: number; withinTrain: number; examples: DuplicatePair[] };
  /** A table's with the names of its encoded features. */
  input: Exclude<InputShape, { modality: "table" }> | { modality: "table"; columns: string[]; features: string[] };
  /** Of all inputs, labels and roles as the files have them, and of the edits where there are any. */
  sha256: string;
  /** As `sha256`, without the edits: equal where the same items stand under the same numbers. */
  contentSha256: string;
  problems: DataProblem[];
}

/** An input as people see it. Pixels are RGBA, row by row. */
export type Input =
  | { modality: "table"; cells: Record<string, string> }
  | { modality: "text"; text: string }
  | { modality: "image"; width: number; height: number; rgba: Uint8ClampedArray };

/** One item of the data set, for previews, lenses and confusion cells. */
export interface Item {
  id: number;
  split: Split | "left-out";
  /** As the file has it, or as it was edited. */
  label: string;
  /** What the file says and the split it was drawn into, where it was relabelled or excluded by hand. */
  edited?: { label: string; split: Split | "left-out" };
  /** The class that training sees in its place, where label noise flipped it. */
  seenAs?: string;
  /** Where it comes from: file and row, or path in the archive. */
  origin: string;
  input: Input;
}
