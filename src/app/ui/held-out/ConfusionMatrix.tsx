import type { ConfusionMatrix as Matrix } from "../../../shared/report.ts";
import { type Cell, rowShare } from "./confusion.ts";
import { MatrixGrid } from "./MatrixGrid.tsx";

interface Props {
  matrix: Matrix;
  names: readonly string[];
  /** Row shares in percent, or counts. */
  unit: "percent" | "counts";
  label?: string;
  selected: Cell | null;
  onOpen: (cell: Cell) => void;
}

/** How many items of each true class were taken for which. */
export function ConfusionMatrix({ matrix, names, unit, label = "Confusion matrix", selected, onOpen }: Props) {
  const draw = (cell: Cell) => {
    const count = matrix[cell.truth]?.[cell.predicted] ?? 0;
    const share = rowShare(matrix, cell);
    const percent = Math.round(100 * share);
    return {
      shown: count === 0 ? "" : unit === "counts" ? count : percent,
      words: `${count}, ${percent}%`,
      className: cell.truth === cell.predicted ? "hit" : count > 0 ? "miss" : "",
      share,
    };
  };
  return <MatrixGrid names={names} label={label} selected={selected} draw={draw} onOpen={onOpen} />;
}
