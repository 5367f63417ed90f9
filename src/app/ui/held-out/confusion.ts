import type { ConfusionMatrix } from "../../../shared/report.ts";
import { plural } from "../format.ts";

/** A place in the matrix: true class by predicted class. */
export interface Cell {
  readonly truth: number;
  readonly predicted: number;
}

/** Up to this many classes the cells carry numbers and the columns labels. */
export const LABELLED_CLASSES = 20;

/** Share of its row (the true class) that a cell holds; 0 in an empty row. */
export function rowShare(matrix: ConfusionMatrix, { truth, predicted }: Cell): number {
  const row = matrix[truth] ?? [];
  const total = row.reduce((a, b) => a + b, 0);
  return total === 0 ? 0 : (row[predicted] ?? 0) / total;
}

/** Cells off the diagonal with the most items, the worst first. */
export function largestConfusions(matrix: ConfusionMatrix, most: number): (Cell & { count: number })[] {
  return matrix
    .flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })))
    .filter(({ truth, predicted, count }) => truth !== predicted && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

/** What the matrix shows, in one sentence. */
export function confusionSentence(matrix: ConfusionMatrix, names: readonly string[]): string {
  const total = matrix.flat().reduce((a, b) => a + b, 0);
  if (total === 0) return "No item was predicted yet.";
  const [worst] = largestConfusions(matrix, 1);
  if (!worst) return `All ${plural(total, "item is", "items are")} on the diagonal: no class is taken for another.`;
  const back = matrix[worst.predicted]?.[worst.truth] ?? 0;
  const truth = `“${names[worst.truth]}”`;
  const predicted = `“${names[worst.predicted]}”`;
  const percent = (cell: Cell) => `${Math.round(100 * rowShare(matrix, cell))}%`;
  const there = percent(worst);
  if (back > 0) {
    const reverse = percent({ truth: worst.predicted, predicted: worst.truth });
    return `${truth} and ${predicted} are taken for each other: ${there} and ${reverse}.`;
  }
  return `${truth} is most often taken for ${predicted}: ${worst.count} of ${plural(rowTotal(matrix, worst.truth), "item")} (${there}).`;
}

const rowTotal = (matrix: ConfusionMatrix, truth: number): number => (matrix[truth] ?? []).reduce((a, b) => a + b, 0);

/** Where a key moves the focus in a matrix of `size` classes; null where the key does not move it. */
export function moveFocus({ truth, predicted }: Cell, key: string, size: number, ctrl: boolean): Cell | null {
  const clamp = (value: number) => Math.min(size - 1, Math.max(0, value));
  switch (key) {
    case "ArrowUp":
      return { truth: clamp(truth - 1), predicted };
    case "ArrowDown":
      return { truth: clamp(truth + 1), predicted };
    case "ArrowLeft":
      return { truth, predicted: clamp(predicted - 1) };
    case "ArrowRight":
      return { truth, predicted: clamp(predicted + 1) };
    case "Home":
      return { truth: ctrl ? 0 : truth, predicted: 0 };
    case "End":
      return { truth: ctrl ? size - 1 : truth, predicted: size - 1 };
    default:
      return null;
  }
}
