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
