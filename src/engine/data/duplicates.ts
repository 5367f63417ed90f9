import type { DatasetSummary, DuplicatePair } from "../../shared/dataset.ts";
import type { Splits } from "./splits.ts";

const NUM_EXAMPLES = 20;

/**
 * Items with equal inputs: held-out items that also stand in training, and training items that stand there again.
 * @param keyOf the whole content of an item's input, normalised as a reader would take it for the same
 */
export function findDuplicates(
  splits: Splits,
  labels: Int32Array,
  keyOf: (item: number) => string,
): DatasetSummary["duplicates"] {
  const first = new Map<string, number>();
  let withinTrain = 0;
  for (const item of splits.train) {
    const key = keyOf(item);
    if (first.has(key)) withinTrain += 1;
    else first.set(key, item);
  }
  const pairs: DuplicatePair[] = [];
  for (const other of ["validation", "test"] as const) {
    for (const otherItem of splits[other]) {
      const trainItem = first.get(keyOf(otherItem));
      if (trainItem === undefined) continue;
      pairs.push({ trainItem, otherItem, other, sameLabel: labels[trainItem] === labels[otherItem] });
    }
  }
  return { betweenSplits: pairs.length, withinTrain, examples: pairs.slice(0, NUM_EXAMPLES) };
}
