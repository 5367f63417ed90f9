import { type KeyboardEvent, useRef, useState } from "react";
import { type Cell, LABELLED_CLASSES, moveFocus } from "./confusion.ts";

/** How a cell of a matrix is drawn. */
export interface DrawnCell {
  /** Empty where nothing is worth showing. */
  shown: string | number;
  /** Figures in words, to follow the names of the classes. */
  words: string;
  className: string;
  /** How deep its colour is, 0 to 1. */
  share: number;
}

interface Props {
  names: readonly string[];
  label: string;
  selected: Cell | null;
  draw: (cell: Cell) => DrawnCell;
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
export function MatrixGrid({ names, label, selected, draw, onOpen }: Props) {
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

  return (
    <div className="matrix-scroll">
      <table
        ref={grid}
        className={`matrix ${shape} ${names.length > ROOMY ? "dense" : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells can be chosen is a grid
        role="grid"
        aria-label={`${label}: true classes in rows, predicted classes in columns`}
        onKeyDown={move}
      >
        <thead>
          <tr>
            {/* The corner is no cell to choose. */}
            <td role="none" />
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
                  drawn={draw({ truth, predicted })}
                  label={`${name} predicted as ${other}`}
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
  drawn: DrawnCell;
  label: string;
  inTabOrder: boolean;
  isSelected: boolean;
  onFocus: (cell: Cell) => void;
  onOpen: (cell: Cell) => void;
}

function MatrixCell({ cell, drawn, label, inTabOrder, isSelected, onFocus, onOpen }: CellProps) {
  const { shown, words, className, share } = drawn;
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid above
      role="gridcell"
      className={className}
      style={{ "--share": share.toFixed(3) }}
      aria-selected={isSelected}
      data-cell={`${cell.truth}-${cell.predicted}`}
      tabIndex={inTabOrder ? 0 : -1}
      aria-label={`${label}: ${words}`}
      title={`${label}: ${words}`}
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
