import type { InferenceGrid, Scores } from "../../shared/method-calls.ts";
import { formatPercent, plural } from "../ui/format.ts";

export type Metric = keyof Scores;
export const METRIC_WORDS: Record<Metric, string> = { accuracy: "accuracy", macroF1: "macro F1" };

/**
 * Standard error of an accuracy over n items, not 0 where all are right: sqrt(q (1 - q) / (n + 4)), q with two right and
 * two wrong added (Agresti and Coull 1998, section 3).
 */
export function accuracyError(accuracy: number, items: number): number {
  const q = (accuracy * items + 2) / (items + 4);
  return Math.sqrt((q * (1 - q)) / (items + 4));
}

/** What the grid says of training's own f at test time, against the best cell and one clean pass. */
export function inferenceSentence(grid: InferenceGrid, metric: Metric): string {
  const { rows, ks, clean, trainedWith, items, split } = grid;
  const name = METRIC_WORDS[metric];
  const cells = rows.flatMap(({ pooling, cells: of }) =>
    of.flatMap((cell, i) => (cell ? [{ id: pooling.id, k: ks[i] as number, value: cell[metric] }] : [])),
  );
  const best = cells.reduce((a, b) => (b.value > a.value ? b : a));
  const worst = cells.reduce((a, b) => (b.value < a.value ? b : a));
  const range =
    best.value === worst.value
      ? `Every f′ and K′ has the same ${name}, ${formatPercent(best.value)}`
      : `From ${formatPercent(worst.value)} (${worst.id}, K′ = ${worst.k}) to ${formatPercent(best.value)} (${best.id}, K′ = ${best.k}) ${name}`;
  const against = `one clean pass has ${formatPercent(clean[metric])}`;
  const trained = `trained with ${trainedWith.pooling.id}, K = ${trainedWith.k}`;
  return `${range}; ${against} on ${plural(items, `${split} item`)}, ${trained}.${doubt(grid, metric, best.value)}`;
}

/** Whether the best cell and one clean pass can be told apart; picking the best of many flatters it further. */
function doubt({ clean, items }: InferenceGrid, metric: Metric, best: number): string {
  if (metric !== "accuracy" || best <= clean.accuracy) return "";
  const error = accuracyError(clean.accuracy, items);
  const words = `a standard error is ${(100 * error).toFixed(1)} points`;
  const apart = best - clean.accuracy > 2 * error;
  return apart
    ? ` The best is more than two standard errors ahead: ${words}.`
    : ` That is not distinguishable: ${words}.`;
}
