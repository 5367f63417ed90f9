import { expect, test } from "vitest";
import { type Batch, batchesOf, batchesPerEpoch, epochBatches } from "./batches.ts";

const ITEMS = Int32Array.from({ length: 23 }, (_, i) => i + 100);
/** Items 100 to 122: nine of class 0, thirteen of class 1, one of class 2. */
const LABELS = Int32Array.from({ length: 123 }, (_, item) => (item < 109 ? 0 : item < 122 ? 1 : 2));
const epoch = (groupSize: number, batchSize: number, number = 1): Batch[] => [
  ...epochBatches(ITEMS, LABELS, { batchSize, groupSize, seed: 3 }, number),
];

/** The groups of a batch that count. */
const groupsIn = ({ items, weights }: Batch): number[][] => {
  const size = items.length / weights.length;
  return Array.from(weights).flatMap((weight, i) => (weight > 0 ? [[...items.slice(i * size, (i + 1) * size)]] : []));
};

test("an epoch has every item once, in another order each time, and pads the last batch with weight 0", () => {
  const batches = epoch(1, 5);
  expect(batches.flatMap(groupsIn).flat().sort()).toEqual([...ITEMS]);
  expect(batches.map(({ items }) => items.length)).toEqual([5, 5, 5, 5, 5]);
  expect([...(batches.at(-1)?.weights ?? [])]).toEqual([1, 1, 1, 0, 0]);
  expect(epoch(1, 5).flatMap(groupsIn)).toEqual(batches.flatMap(groupsIn));
  expect(epoch(1, 5, 2).flatMap(groupsIn)).not.toEqual(batches.flatMap(groupsIn));
  expect([...batchesOf(ITEMS, 23)][0]?.items).toEqual(ITEMS);
});

test.each([
  [2, 8],
  [4, 8],
  [3, 7],
  [5, 4],
])("groups of %i in batches of %i are of one class each and leave no item out", (groupSize, batchSize) => {
  const batches = epoch(groupSize, batchSize);
  const groups = batches.flatMap(groupsIn);
  for (const group of groups) {
    expect(group).toHaveLength(groupSize);
    expect(new Set(group.map((item) => LABELS[item])).size).toBe(1);
  }
  expect(new Set(groups.flat())).toEqual(new Set(ITEMS));
  const [nine, thirteen] = [Math.ceil(9 / groupSize), Math.ceil(13 / groupSize)];
  expect(groups).toHaveLength(nine + thirteen + 1);
  expect(batches).toHaveLength(batchesPerEpoch(ITEMS, LABELS, { batchSize, groupSize, seed: 3 }));
  expect(new Set(batches.map(({ items }) => items.length)).size).toBe(1);
  expect(epoch(groupSize, batchSize)).toEqual(batches);
  expect(epoch(groupSize, batchSize, 2)).not.toEqual(batches);
});
