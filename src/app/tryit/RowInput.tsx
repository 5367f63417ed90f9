import { useId } from "react";
import type { DataProblem } from "../../shared/dataset.ts";
import type { ModelSummary } from "../../shared/protocol.ts";

type Column = ModelSummary["columns"][number];

interface Props {
  columns: readonly Column[];
  cells: Readonly<Record<string, string>>;
  /** What the engine finds wrong, each with its column. */
  problems: readonly DataProblem[];
  onChange: (column: string, cell: string) => void;
}

/** One row of a table to fill in: a field a column, as training saw them. */
export function RowInput({ columns, cells, problems, onChange }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that may scroll has to be reachable by keyboard
    <section className="row-input" tabIndex={0} aria-label="The row to try">
      {columns.map((column) => (
        <CellField
          key={column.name}
          column={column}
          cell={cells[column.name] ?? ""}
          problem={problems.find((problem) => problem.column === column.name)}
          onChange={(cell) => onChange(column.name, cell)}
        />
      ))}
    </section>
  );
}

interface CellProps {
  column: Column;
  cell: string;
  problem: DataProblem | undefined;
  onChange: (cell: string) => void;
}

function CellField({ column, cell, problem, onChange }: CellProps) {
  const id = useId();
  const { name, kind, categories } = column;
  const unknown = cell !== "" && !categories.includes(cell);
  return (
    <div className="cell-field">
      <label htmlFor={id} title={name}>
        {name}
      </label>
      {kind === "categorical" ? (
        <select id={id} value={cell} onChange={(event) => onChange(event.target.value)}>
          <option value="">missing</option>
          {unknown && <option value={cell}>{cell} (new to the model)</option>}
          {categories.map((category) => (
            <option key={category} value={category}>
              {category}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          placeholder="missing"
          value={cell}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {problem && (
        <p id={`${id}-problem`} className="hint bad">
          {problem.message} {problem.action}
        </p>
      )}
    </div>
  );
}
