import type { ConfusionMatrix } from "../../../shared/report.ts";
import { type Cell, rowShare } from "../../ui/held-out/confusion.ts";

/** Matrices of runs on the same classes added up. */
export function addedUp(matrices: readonly ConfusionMatrix[]): ConfusionMatrix | null {
  const [first] = matrices;
  if (!first) return null;
  return first.map((row, truth) =>
    row.map((_, predicted) => matrices.reduce((sum, matrix) => sum + (matrix[truth]?.[predicted] ?? 0), 0)),
  );
}

/** Share of the true class that B puts into a cell, minus the share that A does. */
export const shareDifference = (a: ConfusionMatrix, b: ConfusionMatrix, cell: Cell): number =>
  rowShare(b, cell) - rowShare(a, cell);

/** `+7`, `−3`; empty where it rounds to nothing. */
export function signedPercent(difference: number): string {
  const points = Math.round(100 * Math.abs(difference));
  if (points === 0) return "";
  return `${difference > 0 ? "+" : "−"}${points}`;
}

/** The class whose recall changes the most, in one sentence. */
export function differenceSentence(a: ConfusionMatrix, b: ConfusionMatrix, names: readonly string[]): string {
  const recalls = names.map((name, c) => ({ name, gap: shareDifference(a, b, { truth: c, predicted: c }) }));
  const [most] = recalls.toSorted((x, y) => Math.abs(y.gap) - Math.abs(x.gap));
  if (!most || Math.round(100 * Math.abs(most.gap)) === 0)
    return "A and B find the items of every class equally often.";
  const points = Math.round(100 * Math.abs(most.gap));
  return `“${most.name}” changes most: B finds ${points} of a hundred of its items ${most.gap > 0 ? "more" : "fewer"} than A.`;
}
