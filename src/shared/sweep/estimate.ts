import { type Point, plannedPasses } from "./plan.ts";
import type { Results } from "./results.ts";

/**
 * Milliseconds that the points to come will take, by what a forward pass took in the runs so far; null while none has
 * ended. Runs cost something beside their passes, so that it is a rough figure where they are short.
 */
export function msLeft(toCome: readonly Point[], results: Results, trainItems: number): number | null {
  const done = [...results.values()];
  const passes = done.reduce((sum, result) => sum + result.passes, 0);
  if (passes === 0) return null;
  const ms = done.reduce((sum, { timing }) => sum + timing.totalMs, 0);
  return (ms / passes) * totalPasses(toCome, trainItems);
}

/** Forward passes of all these points. */
export const totalPasses = (points: readonly Point[], trainItems: number): number =>
  points.reduce((sum, { experiment }) => sum + plannedPasses(experiment, trainItems), 0);

/** What a step took with K = `k`, and with K = 1. */
export interface StepTimes {
  readonly k: number;
  readonly msPerStep: number;
  readonly msPerStepK1: number;
}

/**
 * Milliseconds of all these points, a step's time taken to grow evenly with K: t(K) = t(1) + (K - 1) (t(k) - t(1)) / (k - 1).
 * Evaluation and preparation come on top, and other fields may change a step's time, so that it is a rough figure.
 */
export function estimatedMs(
  points: readonly Point[],
  trainItems: number,
  { k, msPerStep, msPerStepK1 }: StepTimes,
): number {
  const perRepeat = k > 1 ? (msPerStep - msPerStepK1) / (k - 1) : 0;
  return points.reduce((sum, { experiment }) => {
    const { batchSize, repeat } = experiment;
    const batch = repeat.groupSize * Math.max(1, Math.floor(batchSize / repeat.groupSize));
    const steps = plannedPasses(experiment, trainItems) / (batch * repeat.k);
    return sum + steps * (msPerStepK1 + perRepeat * (repeat.k - 1));
  }, 0);
}
