import { type ReactNode, useId, useState } from "react";
import { DataTable } from "../ui/DataTable.tsx";

interface Props {
  title: string;
  /** One sentence computed from what is on screen; what to do where there is nothing yet. */
  sentence: string;
  error?: string | null;
  /** Controls beside the title. */
  controls?: ReactNode;
  /** The figures behind the picture; left out where the picture is a table already. */
  table?: { columns: readonly string[]; rows: readonly (readonly string[])[] };
  /** What stays in sight under picture and table alike. */
  footer?: ReactNode;
  children?: ReactNode;
}

/** One view of the method: its title, its sentence, its picture, and its figures as a table one click away. */
export function Panel({ title, sentence, error = null, controls, table, footer, children }: Props) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const shown = asTable && table !== undefined && table.rows.length > 0;
  return (
    <section className="method-panel" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        <div className="method-controls">
          {controls}
          {table && (
            <button
              type="button"
              className="ghost"
              aria-pressed={asTable}
              aria-label={`${title} as a table`}
              disabled={table.rows.length === 0}
              onClick={() => setAsTable(!asTable)}
            >
              Table
            </button>
          )}
        </div>
        <p className="say">{sentence}</p>
      </header>
      {error !== null && (
        <p className="hint bad" role="alert">
          {error}
        </p>
      )}
      {shown ? <DataTable className="method-table" title={title} {...table} /> : children}
      {footer}
    </section>
  );
}
