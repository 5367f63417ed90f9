import type { DeviceData } from "../train/device-data.ts";
import type { DenseStack } from "./dense-stack.ts";
import { factsMap } from "./work-map.ts";

/** Class of every row of the data set. */
export function labelsByRow({ data }: DeviceData): Uint32Array<ArrayBuffer> {
  const rowsAnItem = 1 + data.views;
  const last = data.rowOf.reduce((most, row) => Math.max(most, row), 0);
  const labels = new Uint32Array(last + rowsAnItem);
  data.rowOf.forEach((row, item) => {
    if (row >= 0) labels.fill(data.labels[item] as number, row, row + rowsAnItem);
  });
  return labels;
}

/** What noises and loss may know of the data, as the kernels look it up. */
export function factsOf(
  { stack, classWeights }: { readonly stack: DenseStack; readonly classWeights: readonly number[] | null },
  { data }: DeviceData,
): Float32Array<ArrayBuffer> {
  const map = factsMap(stack);
  const features = map.emptyRow - map.stdDevs;
  const facts = new Float32Array(map.size);
  facts.set(data.stdDevs ?? new Float32Array(features).fill(1), map.stdDevs);
  facts.set(data.emptyRow?.values ?? new Float32Array(features), map.emptyRow);
  facts.set(data.emptyRow?.columnOf ?? Array.from({ length: features }, (_, j) => j), map.columnOf);
  facts.set(classWeights ?? new Float32Array(stack.numClasses).fill(1), map.classWeights);
  return facts;
}

/** Class of every sample of a batch, or of every group. */
export const batchLabels = (items: Int32Array, labels: Int32Array, groupSize: number): number[] =>
  Array.from({ length: items.length / groupSize }, (_, i) => labels[items[i * groupSize] as number] as number);

/** sum_i w_i over a batch, w_i its padding times its class's weight. */
export const totalWeight = (
  labels: readonly number[],
  weights: Float32Array,
  classWeights: readonly number[] | null,
): number => labels.reduce((sum, label, i) => sum + (weights[i] as number) * (classWeights?.[label] ?? 1), 0);
