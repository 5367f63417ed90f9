import type { Item } from "./dataset.ts";
import type { Comparison } from "./statistics/comparison/comparison.ts";
import type { FlippedItem } from "./statistics/comparison/flipped-items.ts";

/** The runs of one side of a comparison, and what the verdict is to call it. */
export interface ComparedRuns {
  name: string;
  runIds: string[];
}

export interface ComparedSides {
  a: ComparedRuns;
  b: ComparedRuns;
  split: "validation" | "test";
}

/** A flipped item as people see it; `from` is what A said of it and `to` what B did, by the names of the classes. */
export interface FlippedPrediction extends Omit<FlippedItem, "item" | "truth" | "from" | "to"> {
  item: Item;
  truth: string;
  from: string;
  to: string;
}

/** Calls that hold the predictions of runs against each other, in one clean pass over the same held-out items. */
export interface CompareCalls {
  "compare.runs": { arguments: ComparedSides; result: Comparison };
  /** The items on which the sides differ, those that change between right and wrong first. `cell`: only those of this true class that one side alone calls so. */
  "compare.flipped": {
    arguments: ComparedSides & { cell: { truth: number; predicted: number } | null; offset: number; limit: number };
    result: { items: FlippedPrediction[]; total: number };
  };
}
