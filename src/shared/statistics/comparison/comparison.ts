import type { McNemar } from "../mcnemar.ts";
import type { FlippedItem } from "./flipped-items.ts";
import type { Interval } from "./paired-bootstrap.ts";

/** A score of both sides, as means over pairs of runs. */
export interface Difference {
  a: number;
  b: number;
  /** b - a. */
  difference: number;
  /** Of the difference. */
  interval: Interval;
  level: 0.95;
}

export interface Verdict {
  kind: "a-better" | "b-better" | "not-distinguishable" | "not-comparable";
  sentence: string;
}

/** Two configurations by their predictions on the same test items. */
export interface Comparison {
  /** Pairs of runs that could be compared. */
  pairs: number;
  /** Distinct seeds of each side, paired or not. */
  seeds: { a: number; b: number };
  /** Distinct test items of all pairs. */
  items: number;
  /** Null, as is `macroF1`, where nothing can be compared. */
  accuracy: Difference | null;
  macroF1: Difference | null;
  /** Of a single pair of runs; null with several, whose items are not independent of each other. */
  mcnemar: McNemar | null;
  flipped: FlippedItem[];
  verdict: Verdict;
}
