import { type ReactNode, useId, useState } from "react";
import { DataTable } from "../ui/DataTable.tsx";
import { TableButton } from "../ui/TableButton.tsx";

interface Props {
  title: string;
  /** What changes what is drawn. */
  controls?: ReactNode;
  /** One sentence computed from the data. */
  sentence: string;
  /** What to say in place of the chart while there is nothing to draw; null when there is. */
  empty: string | null;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  children: ReactNode;
}

/** A chart with its title, its sentence, and its data as a table one click away, in the same room. */
export function ChartCard({ title, controls, sentence, empty, columns, rows, children }: Props) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className="card chart" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {controls && <div className="controls">{controls}</div>}
        <p className="say">{sentence}</p>
        <TableButton
          title={title}
          asTable={asTable}
          disabled={rows.length === 0}
          onToggle={() => setAsTable(!asTable)}
        />
      </header>
      <div className="chart-body">
        {asTable && rows.length > 0 ? (
          <DataTable className="chart-table" title={title} columns={columns} rows={rows} />
        ) : (
          children
        )}
        {empty !== null && !asTable && <p className="chart-empty">{empty}</p>}
      </div>
    </section>
  );
}
