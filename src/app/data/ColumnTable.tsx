import type { ColumnSummary } from "../../shared/dataset.ts";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { formatCount, formatNumber } from "../ui/format.ts";
import { LockGroup } from "../ui/Lock.tsx";
import { type ColumnRole, ROLES_OF_TASK, roleOf, withRole } from "./column-roles.ts";

const ROLE_LABELS: Record<ColumnRole, string> = {
  label: "label",
  text: "text",
  numeric: "number",
  categorical: "category",
  ignored: "ignored",
};

/** What each column of a table is used for, guessed and changeable. */
export function ColumnTable() {
  const source = useDataStore((state) => state.source);
  const file = useExperimentStore((state) => state.file);
  const update = useExperimentStore((state) => state.update);
  if (source?.kind !== "table") return null;
  // What the experiment does not say is taken from the guess, as the engine does.
  const { label, text } = source.guess.data;
  const said = {
    ...file,
    data: { ...(label === undefined ? {} : { label }), ...(text === undefined ? {} : { text }), ...file.data },
  };
  const set = (column: ColumnSummary, role: ColumnRole) =>
    update((before: ExperimentFile) => withRole(before, source.columns, column, role));
  return (
    <LockGroup names={["data.label", "data.text", "data.features", "data.kinds"]}>
      <div className="table-scroll">
        <table className="columns-table">
          <caption className="sr-only">Columns of {source.name}</caption>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">used as</th>
              <th scope="col">missing</th>
            </tr>
          </thead>
          <tbody>
            {source.columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">
                  {column.name}
                  <small title={column.examples.join(", ")}>
                    {exampleOf(column)} · {column.distinct > 2000 ? "over 2,000" : formatCount(column.distinct)}{" "}
                    distinct
                  </small>
                </th>
                <td>
                  <select
                    aria-label={`${column.name} is used as`}
                    title={
                      roleOf(said, column) === "label" ? "To free this column, choose another as the label." : undefined
                    }
                    value={roleOf(said, column)}
                    onChange={(event) => set(column, event.target.value as ColumnRole)}
                  >
                    {ROLES_OF_TASK[file.task].map((role) => (
                      <option key={role} value={role} disabled={isBarred(role, roleOf(said, column), column)}>
                        {ROLE_LABELS[role]}
                      </option>
                    ))}
                  </select>
                </td>
                <td>{formatCount(column.missing)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </LockGroup>
  );
}

/** Text is no number, and there is always one label: another column takes it over. */
const isBarred = (role: ColumnRole, present: ColumnRole, { range }: ColumnSummary): boolean =>
  (role === "numeric" && range === null) || (present === "label" && role !== "label");

function exampleOf({ range, examples }: ColumnSummary): string {
  if (range) return `${formatNumber(range.min)} to ${formatNumber(range.max)}`;
  return examples.join(", ");
}
