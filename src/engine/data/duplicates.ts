import type { DatasetSummary, DuplicatePair } from "../../shared/dataset.ts";
import type { Work } from "./dataset.ts";
import { inPieces } from "./in-pieces.ts";
import type { Splits } from "./splits.ts";

const NUM_EXAMPLES = 20;

/** Numbers items so that two have the same number exactly where their contents are equal. @throws CancelledError */
export async function groupEqual(count: number, contentOf: (item: number) => string, work: Work): Promise<Int32Array> {
  const known = new Map<string, number>();
  const groups = new Int32Array(count);
  await inPieces(count, work, (from, to) => {
    for (let item = from; item < to; item++) {
      const content = contentOf(item);
      const group = known.get(content) ?? known.size;
      known.set(content, group);
      groups[item] = group;
    }
  });
  return groups;
}

/** A text as a reader would take it for the same: letters of either case, any white space. */
export const normaliseText = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/**
 * Items with equal inputs: how many held-out items also stand in training, and how many training items are copies of
 * an earlier one.
 * @param groups equal numbers for equal inputs, of every item
 */
export function findDuplicates(splits: Splits, labels: Int32Array, groups: Int32Array): DatasetSummary["duplicates"] {
  const first = new Map<number, number>();
  let withinTrain = 0;
  for (const item of splits.train) {
    const group = groups[item] as number;
    if (first.has(group)) withinTrain += 1;
    else first.set(group, item);
  }
  const examples: DuplicatePair[] = [];
  let betweenSplits = 0;
  for (const other of ["validation", "test"] as const) {
    for (const otherItem of splits[other]) {
      const trainItem = first.get(groups[otherItem] as number);
      if (trainItem === undefined) continue;
      betweenSplits += 1;
      const sameLabel = labels[trainItem] === labels[otherItem];
      if (examples.length < NUM_EXAMPLES) examples.push({ trainItem, otherItem, other, sameLabel });
    }
  }
  return { betweenSplits, withinTrain, examples };
}
