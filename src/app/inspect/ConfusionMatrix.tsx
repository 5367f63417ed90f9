import { type KeyboardEvent, useRef, useState } from "react";
import type { ConfusionMatrix as Matrix } from "../../shared/report.ts";
import { type Cell, LABELLED_CLASSES, moveFocus, rowShare } from "./confusion.ts";

interface Props {
  matrix: Matrix;
  names: readonly string[];
  /** Row shares in percent, or counts. */
  unit: "percent" | "counts";
  selected: Cell | null;
  onOpen: (cell: Cell) => void;
}

/** With more classes the figures in the cells are set smaller. */
const ROOMY = 11;

/** Names of at most this many characters stand upright over their columns. */
const UPRIGHT = 3;

/**
 * True classes in rows, predicted ones in columns. One cell takes part in the tab order; arrow keys, Home and End
 * move within, Enter opens the cell's items.
 */
export function ConfusionMatrix({ matrix, names, unit, selected, onOpen }: Props) {
  const [focus, setFocus] = useState<Cell>({ truth: 0, predicted: 0 });
  const grid = useRef<HTMLTableElement>(null);
  const compact = names.length > LABELLED_CLASSES;
  const shape = compact ? "compact" : names.some((name) => name.length > UPRIGHT) ? "leaning" : "";
  const at = focus.truth < names.length && focus.predicted < names.length ? focus : { truth: 0, predicted: 0 };

  const move = (event: KeyboardEvent) => {
    const next = moveFocus(at, event.key, names.length, event.ctrlKey);
    if (!next) return;
    event.preventDefault();
    setFocus(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.truth}-${next.predicted}"]`)?.focus();
  };

  const dense = names.length > ROOMY ? "dense" : "";

  return (
    <div className="matrix-scroll">
      <table
        ref={grid}
        className={`matrix ${shape} ${dense}`}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells can be chosen is a grid
        role="grid"
        aria-label="Confusion matrix: true classes in rows, predicted classes in columns"
        onKeyDown={move}
      >
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                <span title={name}>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, truth) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              {names.map((other, predicted) => (
                <MatrixCell
                  key={other}
                  cell={{ truth, predicted }}
                  matrix={matrix}
                  label={`${name} predicted as ${other}`}
                  unit={unit}
                  inTabOrder={at.truth === truth && at.predicted === predicted}
                  isSelected={selected?.truth === truth && selected.predicted === predicted}
                  onFocus={setFocus}
                  onOpen={onOpen}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  cell: Cell;
  matrix: Matrix;
  label: string;
  unit: Props["unit"];
  inTabOrder: boolean;
  isSelected: boolean;
  onFocus: (cell: Cell) => void;
  onOpen: (cell: Cell) => void;
}

function MatrixCell({ cell, matrix, label, unit, inTabOrder, isSelected, onFocus, onOpen }: CellProps) {
  const { truth, predicted } = cell;
  const count = matrix[truth]?.[predicted] ?? 0;
  const share = rowShare(matrix, cell);
  const shown = count === 0 ? "" : unit === "counts" ? count : Math.round(100 * share);
  const kind = truth === predicted ? "hit" : count > 0 ? "miss" : "";
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid above
      role="gridcell"
      className={kind}
      style={{ "--share": share.toFixed(3) }}
      aria-selected={isSelected}
      data-cell={`${truth}-${predicted}`}
      tabIndex={inTabOrder ? 0 : -1}
      aria-label={`${label}: ${count}, ${Math.round(100 * share)}%`}
      title={`${label}: ${count} (${Math.round(100 * share)}%)`}
      onFocus={() => onFocus(cell)}
      onClick={() => onOpen(cell)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        onOpen(cell);
      }}
    >
      {shown}
    </td>
  );
}
