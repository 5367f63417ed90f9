import type { Probabilities } from "../../shared/protocol.ts";

/** Small bars show this many classes as bars; with more, the true one and the likeliest others. */
export const MAX_CLASSES = 12;

/** Class indices to draw, in class order: all of a few, else the true class and the likeliest in the pooled output. */
export function classesToShow(pooled: Probabilities, truth: number, limit: number = MAX_CLASSES): number[] {
  const all = pooled.map((_, index) => index);
  if (all.length <= limit) return all;
  const likely = all.filter((c) => c !== truth).sort((a, b) => (pooled[b] ?? 0) - (pooled[a] ?? 0));
  const kept = truth >= 0 ? [truth, ...likely.slice(0, limit - 1)] : likely.slice(0, limit);
  return kept.sort((a, b) => a - b);
}
