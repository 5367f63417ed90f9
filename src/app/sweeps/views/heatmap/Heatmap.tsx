import { type KeyboardEvent, useRef, useState } from "react";
import { METRICS } from "../../../../shared/sweep/results.ts";
import { configurationWords } from "../../../../shared/sweep/words.ts";
import { SelectField } from "../../../ui/fields.tsx";
import { plural } from "../../../ui/format.ts";
import { metricWords, seedsWords, unitOf } from "../../words.ts";
import type { FieldAxis } from "../axes.ts";
import { ViewCard } from "../ViewCard.tsx";
import type { ViewProps } from "../view-props.ts";
import { type Heat, type HeatCell, heatOf } from "./heat.ts";
import { heatSentence } from "./heat-sentence.ts";

/** More values than this are no rows or columns any more. */
const MOST = 16;

/** A metric over two fields: mean and sd of each cell, and the baselines beside them. */
export function Heatmap({ axes, groups, metric, marked, onMark }: ViewProps & { axes: readonly FieldAxis[] }) {
  const fitting = axes.filter(({ values }) => values.length <= MOST);
  const [rowPath, setRow] = useState<string | null>(null);
  const [columnPath, setColumn] = useState<string | null>(null);
  const row = fitting.find(({ path }) => path === rowPath) ?? fitting[0];
  const column =
    fitting.find(({ path }) => path === columnPath && path !== row?.path) ?? fitting.find((a) => a !== row);
  if (!row) return null;
  const heat = heatOf(groups, row, column ?? null, metric);
  const columns = column?.values.map(({ label }) => `${column.label} = ${label}`) ?? [METRICS[metric].label];
  const hasEqual = heat.rows.some(({ equalCompute }) => equalCompute !== null);
  const asRows = heat.rows.map(({ label, cells, equalCompute }) => [
    `${row.label} = ${label}`,
    ...[...cells, ...(hasEqual ? [equalCompute] : [])].map((cell) => (cell ? cellText(cell, metric) : "–")),
  ]);
  const title = column ? `By ${row.label} and ${column.label}` : `By ${row.label}`;
  return (
    <ViewCard
      title={title}
      sentence={heatSentence(heat, groups, metric)}
      columns={["", ...columns, ...(hasEqual ? ["equal compute"] : [])]}
      rows={asRows}
    >
      {fitting.length > 2 && column && (
        <div className="heat-axes">
          <AxisField label="Rows" axes={fitting} value={row.path} onChange={setRow} />
          <AxisField label="Columns" axes={fitting.filter((a) => a !== row)} value={column.path} onChange={setColumn} />
        </div>
      )}
      <HeatGrid {...{ heat, row, column: column ?? null, metric, marked, onMark, hasEqual }} />
    </ViewCard>
  );
}

interface AxisProps {
  label: string;
  axes: readonly FieldAxis[];
  value: string;
  onChange: (path: string) => void;
}

const AxisField = ({ label, axes, value, onChange }: AxisProps) => (
  <SelectField
    label={label}
    value={value}
    options={axes.map((axis) => ({ value: axis.path, label: axis.label }))}
    onChange={onChange}
  />
);

interface GridProps extends Omit<ViewProps, "groups"> {
  heat: Heat;
  row: FieldAxis;
  column: FieldAxis | null;
  hasEqual: boolean;
}

/** One cell takes part in the tab order; arrow keys move within, Enter marks the cell's configuration in every view. */
function HeatGrid({ heat, row, column, metric, marked, onMark, hasEqual }: GridProps) {
  const grid = useRef<HTMLTableElement>(null);
  const [focus, setFocus] = useState({ y: 0, x: 0 });
  const lines: (readonly (HeatCell | null)[])[] = heat.rows.map(({ cells, equalCompute }) =>
    hasEqual ? [...cells, equalCompute] : cells,
  );
  const move = (event: KeyboardEvent) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const y = clamp(focus.y + (step[0] as number), lines.length - 1);
    const x = clamp(focus.x + (step[1] as number), (lines[y]?.length ?? 1) - 1);
    setFocus({ y, x });
    grid.current?.querySelector<HTMLElement>(`[data-cell="${y}-${x}"]`)?.focus();
  };
  return (
    <div className="matrix-scroll">
      <table
        ref={grid}
        className="matrix heat"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells can be chosen is a grid
        role="grid"
        aria-label={`${METRICS[metric].label}: ${row.label} in rows${column ? `, ${column.label} in columns` : ""}`}
        onKeyDown={move}
      >
        <thead>
          <tr>
            <td>
              <small>
                {row.label}
                {column && ` \\ ${column.label}`}
              </small>
            </td>
            {(column?.values ?? [{ key: "", label: METRICS[metric].label }]).map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
            {hasEqual && (
              <th scope="col" className="equal" title="K = 1 over as many times the epochs: as many forward passes">
                K = 1, equal compute
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {heat.baseline && (
            <tr className="baseline-row">
              <th scope="row">1, baseline</th>
              <HeatTd
                cell={heat.baseline}
                span={column?.values.length ?? 1}
                {...{ metric, marked, onMark }}
                at="baseline"
                inTabOrder
              />
            </tr>
          )}
          {heat.rows.map(({ key, label }, y) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              {lines[y]?.map((cell, x) => (
                <HeatTd
                  key={column?.values[x]?.key ?? "equal"}
                  cell={cell}
                  {...{ metric, marked, onMark }}
                  at={`${y}-${x}`}
                  inTabOrder={focus.y === y && focus.x === x}
                  isEqual={hasEqual && x === (lines[y]?.length ?? 0) - 1}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));

interface CellProps extends Pick<ViewProps, "metric" | "marked" | "onMark"> {
  cell: HeatCell | null;
  at: string;
  inTabOrder: boolean;
  isEqual?: boolean;
  span?: number;
}

function HeatTd({ cell, metric, marked, onMark, at, inTabOrder, isEqual = false, span = 1 }: CellProps) {
  const only = cell?.groups.length === 1 ? cell.groups[0] : undefined;
  const index = only?.configuration.index ?? null;
  const isMarked = index !== null && index === marked;
  const mark = () => onMark(isMarked ? null : index);
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: see the grid
      role="gridcell"
      colSpan={span}
      data-cell={at}
      className={[cell?.mean === null || !cell ? "empty" : "hit", isEqual ? "equal" : ""].join(" ")}
      style={{ "--share": cell?.share ?? 0 }}
      tabIndex={inTabOrder ? 0 : -1}
      aria-selected={isMarked}
      aria-label={cell ? cellLabel(cell, metric) : "none"}
      onClick={mark}
      onKeyDown={(event) => event.key === "Enter" && mark()}
    >
      {cell && <CellFigures cell={cell} metric={metric} />}
    </td>
  );
}

function CellFigures({ cell, metric }: { cell: HeatCell; metric: ViewProps["metric"] }) {
  const missing = missingWords(cell);
  return (
    <>
      <b>{metricWords(metric, cell.mean)}</b>
      {cell.sd !== null && <span> ± {metricWords(metric, cell.sd)}</span>}
      {missing && <small>{missing}</small>}
    </>
  );
}

/** What has to be known of a cell's figure: seeds that are missing, or that it is a mean over configurations. */
function missingWords({ groups, told }: HeatCell): string | null {
  const [only, second] = groups;
  if (!only) return "not in the sweep";
  if (second) return told < groups.length ? `mean of ${told} of ${groups.length}` : `mean of ${told}`;
  return only.finished === only.planned && only.planned > 1 ? null : seedsWords(only);
}

const cellText = (cell: HeatCell, metric: ViewProps["metric"]): string => {
  const missing = missingWords(cell);
  const spread = cell.sd === null ? "" : ` ± ${metricWords(metric, cell.sd)}`;
  return `${metricWords(metric, cell.mean)}${spread}${missing ? ` (${missing})` : ""}`;
};

function cellLabel(cell: HeatCell, metric: ViewProps["metric"]): string {
  const what = cell.groups.map(({ configuration }) => configurationWords(configuration));
  const which = what.length === 1 ? what[0] : plural(what.length, "configuration");
  const spread = cell.sd === null ? "" : `, sd ${metricWords(metric, cell.sd)}`;
  return `${which}: ${metricWords(metric, cell.mean)}${unitOf(metric)}${spread}. ${missingWords(cell) ?? seedsWords(cell.groups[0] as never)}`;
}
