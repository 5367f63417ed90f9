import type { Dataset } from "../data/dataset.ts";

/** Training items of each class, by the labels that training sees. */
export function trainCounts({ classes, labels, splits }: Pick<Dataset, "classes" | "labels" | "splits">): number[] {
  const counts = classes.map(() => 0);
  for (const item of splits.train) counts[labels[item] as number] = (counts[labels[item] as number] as number) + 1;
  return counts;
}

/** Items of all three splits, in ascending order; what was left out is never encoded. */
export function usedItems({ splits }: Pick<Dataset, "splits">): Int32Array {
  return Int32Array.from([...splits.train, ...splits.validation, ...splits.test]).sort();
}

export const labelsOf = ({ labels }: Dataset, items: Int32Array): Int32Array =>
  items.map((item) => labels[item] as number);

/** The first training row's cells, to fill a form with. */
export async function exampleRow(dataset: Dataset): Promise<Record<string, string>> {
  const first = dataset.splits.train[0];
  if (dataset.inputs.modality !== "table" || first === undefined) return {};
  const { input } = await dataset.item(first);
  return input.modality === "table" ? input.cells : {};
}
