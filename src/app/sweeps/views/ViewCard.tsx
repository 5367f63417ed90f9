import { type ReactNode, useId, useState } from "react";
import { DataTable } from "../../ui/DataTable.tsx";
import { TableButton } from "../../ui/TableButton.tsx";

interface Props {
  title: string;
  /** A sentence computed from the data. */
  sentence: string;
  className?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  children: ReactNode;
}

/** A view with its title, its sentence, and its data as a table one click away. */
export function ViewCard({ title, sentence, className = "", columns, rows, children }: Props) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={`card sweep-view ${className}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <TableButton
          title={title}
          asTable={asTable}
          disabled={rows.length === 0}
          onToggle={() => setAsTable(!asTable)}
        />
        <p className="say">{sentence}</p>
      </header>
      {asTable ? <DataTable className="chart-table" title={title} columns={columns} rows={rows} /> : children}
    </section>
  );
}
