import { type KeyboardEvent, useRef, useState } from "react";
import type { InferenceGrid } from "../../shared/method-calls.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import { formatNumber } from "../ui/format.ts";
import { METRIC_WORDS, type Metric } from "./inference-words.ts";

/** Scores closer than this share one depth: colour must not make much of an item or two. */
const LEAST_RANGE = 0.1;

/** Poolings in rows, K' in columns, one clean pass below. Arrow keys move within; one cell is in the tab order. */
export function InferenceTable({ grid, metric }: { grid: InferenceGrid; metric: Metric }) {
  const [focus, setFocus] = useState({ row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);
  const { rows, ks, clean, trainedWith } = grid;
  const values = [clean, ...rows.flatMap(({ cells }) => cells.flatMap((cell) => cell ?? []))].map(
    (cell) => cell[metric],
  );
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const heat = (value: number) => (1 - (most - value) / Math.max(LEAST_RANGE, most - least)).toFixed(3);
  const move = (event: KeyboardEvent) => {
    const [down, right] =
      { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (down === undefined || right === undefined) return;
    event.preventDefault();
    // The last row is the one clean pass, a single cell.
    const row = within(focus.row + down, rows.length + 1);
    const next = { row, column: row === rows.length ? 0 : within(focus.column + right, ks.length) };
    setFocus(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.row}-${next.column}"]`)?.focus();
  };
  return (
    <div className="matrix-scroll">
      <table
        ref={table}
        className="matrix inference"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked with the arrow keys
        role="grid"
        aria-label={`${METRIC_WORDS[metric]} on ${grid.split}: inference pooling in rows, K′ in columns`}
        onKeyDown={move}
      >
        <thead>
          <tr>
            <td />
            {ks.map((k) => (
              <th key={k} scope="col">
                K′ = {k}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ pooling, cells }, row) => (
            <tr key={pooling.id} className={pooling.id === trainedWith.pooling.id ? "on" : ""}>
              <th scope="row">
                {poolingWords(pooling)}
                {pooling.id === trainedWith.pooling.id && <small> trained with</small>}
              </th>
              {cells.map((cell, column) => (
                <td
                  key={ks[column]}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid above
                  role="gridcell"
                  className={cell ? "hit" : ""}
                  style={{ "--share": cell ? heat(cell[metric]) : 0 }}
                  data-cell={`${row}-${column}`}
                  tabIndex={focus.row === row && focus.column === column ? 0 : -1}
                  onFocus={() => setFocus({ row, column })}
                  title={cell ? `${poolingWords(pooling)}, K′ = ${ks[column]}` : "The bank holds fewer views than K′."}
                >
                  {cell ? figure(cell[metric]) : "–"}
                </td>
              ))}
            </tr>
          ))}
          <tr className="clean-row">
            <th scope="row">one clean pass</th>
            <td
              // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid above
              role="gridcell"
              className="hit"
              data-cell={`${rows.length}-0`}
              tabIndex={focus.row === rows.length ? 0 : -1}
              onFocus={() => setFocus({ row: rows.length, column: 0 })}
              colSpan={ks.length}
              style={{ "--share": heat(clean[metric]) }}
            >
              {figure(clean[metric])}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/** In percent, one digit behind the point. */
const figure = (value: number): string => (100 * value).toFixed(1);

/** `Log-mean-exp 1`: a pooling by its name and its number. */
function poolingWords({ id, ...parameters }: Pooling): string {
  const numbers = Object.values(parameters).map((value) => formatNumber(Number(value)));
  return [cardById(POOLINGS, id).label, ...numbers].join(" ");
}
