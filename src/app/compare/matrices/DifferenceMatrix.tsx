import type { ConfusionMatrix } from "../../../shared/report.ts";
import { type Cell, rowShare } from "../../ui/held-out/confusion.ts";
import { MatrixGrid } from "../../ui/held-out/MatrixGrid.tsx";
import { shareDifference, signedPercent } from "./difference.ts";

interface Props {
  a: ConfusionMatrix;
  b: ConfusionMatrix;
  names: readonly string[];
  selected: Cell | null;
  onOpen: (cell: Cell) => void;
}

/** In each cell by how much more (+) or less (−) of the true class B puts there than A, in points of a hundred. */
export function DifferenceMatrix({ a, b, names, selected, onOpen }: Props) {
  const draw = (cell: Cell) => {
    const gap = shareDifference(a, b, cell);
    const [ofA, ofB] = [a, b].map((matrix) => Math.round(100 * rowShare(matrix, cell)));
    return {
      shown: signedPercent(gap),
      words: `${ofA}% by A, ${ofB}% by B`,
      className: signedPercent(gap) === "" ? "" : gap > 0 ? "more" : "less",
      share: Math.abs(gap),
    };
  };
  return <MatrixGrid names={names} label="Difference, B minus A" selected={selected} draw={draw} onOpen={onOpen} />;
}
