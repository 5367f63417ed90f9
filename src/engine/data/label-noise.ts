import { Stream } from "../rng.ts";

/**
 * Flips exactly round(share * training items) training labels, each to another class, every other one equally likely.
 * Which and to what follow from the seed by a stream of its own; a smaller share flips a subset of a larger one's.
 * Labels outside training stay as they are.
 * @returns a copy of the labels, and the items that were flipped, in ascending order
 */
export function flipLabels(
  labels: Int32Array,
  train: Int32Array,
  numClasses: number,
  share: number,
  seed: number,
): { readonly labels: Int32Array; readonly flipped: Int32Array } {
  const stream = new Stream(seed, "label-noise");
  const order = stream.shuffle(Int32Array.from(train));
  const flipped = order.slice(0, Math.round(share * train.length));
  const changed = labels.slice();
  for (const item of flipped) {
    const other = stream.below(numClasses - 1);
    changed[item] = other < (labels[item] as number) ? other : other + 1;
  }
  return { labels: changed, flipped: flipped.sort() };
}
