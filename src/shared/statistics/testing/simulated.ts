import type { ComparedSide, ItemOutcomes } from "../comparison/pair-runs.ts";

/** Uniform in (0, 1), by Marsaglia's xorshift32 (2003, Journal of Statistical Software 8(14), section 3). */
export function xorshift(seed: number): () => number {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return ((x >>> 0) + 0.5) * 2 ** -32;
  };
}

export const outcomes = (
  seed: number,
  items: readonly number[],
  truth: readonly number[],
  predicted: readonly number[],
): ItemOutcomes => ({
  seed,
  items: Int32Array.from(items),
  truth: Int32Array.from(truth),
  predicted: Int32Array.from(predicted),
});

export const side = (name: string, ...runs: ItemOutcomes[]): ComparedSide => ({ name, dataSha256: "same", runs });

/** Numbers 0 to n - 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** A run right on about `share` of the items, which say themselves how hard they are; wrong by the next class. */
export function simulatedRun(
  seed: number,
  hardness: readonly number[],
  share: number,
  random: () => number,
  numClasses = 3,
): ItemOutcomes {
  const truth = hardness.map((_, i) => i % numClasses);
  const predicted = hardness.map((hard, i) => {
    const right = 0.5 * hard + 0.5 * random() < triangularQuantile(share);
    return ((right ? 0 : 1) + (truth[i] as number)) % numClasses;
  });
  return outcomes(seed, range(hardness.length), truth, predicted);
}

/** Of the mean of two uniform numbers. */
const triangularQuantile = (p: number): number => (p < 0.5 ? Math.sqrt(p / 2) : 1 - Math.sqrt((1 - p) / 2));
