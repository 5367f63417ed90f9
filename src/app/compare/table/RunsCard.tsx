import { type RefObject, useId, useMemo } from "react";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { useChosenRuns } from "../../stores/chosen-runs.ts";
import { useCompareStore } from "../compare-store.ts";
import { runFields } from "../listing/fields.ts";
import { filterRuns } from "../listing/filter.ts";
import { groupRuns } from "../listing/groups.ts";
import { groupRow, runRow } from "../listing/rows.ts";
import { tableSentence } from "../listing/table-sentence.ts";
import { RunTable } from "./RunTable.tsx";
import { SelectionBar } from "./SelectionBar.tsx";
import { Toolbar } from "./Toolbar.tsx";

interface Props {
  /** The newest first. */
  runs: readonly RunEntry[];
  title: RefObject<HTMLHeadingElement | null>;
  onResume: (runId: string) => void;
  onRemove: (runIds: readonly string[]) => void;
}

/** Every run there is, in a table that is narrowed, grouped and sorted at will. */
export function RunsCard({ runs, title, onResume, onRemove }: Props) {
  const id = useId();
  const filter = useCompareStore((state) => state.filter);
  const groupBy = useCompareStore((state) => state.groupBy);
  const columns = useCompareStore((state) => state.columns);
  const selectedIds = useChosenRuns((state) => state.selected);
  const opened = useChosenRuns((state) => state.opened);
  const { select, open } = useChosenRuns.getState();
  const fields = useMemo(() => runFields(runs), [runs]);
  const shownFields = useMemo(
    () => columns.flatMap((column) => fields.find((f) => f.id === column) ?? []),
    [columns, fields],
  );
  const found = useMemo(() => filterRuns(runs, filter), [runs, filter]);
  const groups = useMemo(
    () => (groupBy.length === 0 ? null : groupRuns(found, groupBy, fields)),
    [found, groupBy, fields],
  );
  const rows = useMemo(() => groups?.map(groupRow) ?? found.map(runRow), [groups, found]);
  const selected = useMemo(() => new Set(selectedIds), [selectedIds]);
  return (
    <section className="card all-runs" aria-labelledby={id}>
      <header>
        <h2 id={id} ref={title} tabIndex={-1}>
          Runs
        </h2>
        <p className="say" role="status">
          {tableSentence(runs, found, groups)}
        </p>
      </header>
      <Toolbar runs={runs} fields={fields} />
      {found.length > 0 ? (
        <RunTable
          rows={rows}
          fields={shownFields}
          selected={selected}
          opened={opened}
          onSelect={select}
          onOpen={(runId) => open(runId === opened ? null : runId)}
          onResume={onResume}
        />
      ) : (
        <p className="hint nothing-found">No run fits. Clear the filter to see all {runs.length}.</p>
      )}
      <SelectionBar runs={runs} selected={selected} onRemove={onRemove} onClear={() => select([])} />
    </section>
  );
}
