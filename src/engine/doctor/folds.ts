import { Stream } from "../rng.ts";

/**
 * Deals items into folds, each class evenly: any two folds differ by at most one item of a class, and by at most one in all.
 * Which item goes where follows from the seed.
 * @param labels class of every item
 */
export function stratifiedFolds(
  items: Int32Array,
  labels: Int32Array,
  numClasses: number,
  folds: number,
  seed: number,
): Int32Array[] {
  const order = new Stream(seed, "fold").shuffle(items.slice());
  const dealt = Array.from({ length: folds }, (): number[] => []);
  let next = 0;
  for (let label = 0; label < numClasses; label++)
    for (const item of order) {
      if (labels[item] !== label) continue;
      dealt[next % folds]?.push(item);
      next += 1;
    }
  return dealt.map((fold) => Int32Array.from(fold).sort());
}
