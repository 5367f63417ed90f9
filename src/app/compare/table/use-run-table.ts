import {
  createColumnHelper,
  createExpandedRowModel,
  createSortedRowModel,
  rowExpandingFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { useCompareStore } from "../compare-store.ts";
import type { RunField } from "../listing/fields.ts";
import { compareValues, sortValue, type TableRow } from "../listing/rows.ts";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  rowExpandingFeature,
  expandedRowModel: createExpandedRowModel(),
});
const helper = createColumnHelper<typeof features, TableRow>();

/** A run's name, or what its group has in common. */
const nameOf = (row: TableRow): string => (row.kind === "run" ? row.run.name : row.group.label);

/** The rows as they are sorted and opened. */
export function useRunTable(rows: readonly TableRow[], fields: readonly RunField[]) {
  const sorting = useCompareStore((state) => state.sorting);
  const setSorting = useCompareStore((state) => state.setSorting);
  const columns = useMemo(
    () =>
      helper.columns([
        helper.accessor(nameOf, {
          id: "name",
          sortFn: (a, b) => compareValues(nameOf(a.original), nameOf(b.original)),
        }),
        ...fields.map((field) =>
          helper.accessor((row) => sortValue(row, field), {
            id: field.id,
            sortUndefined: "last",
            sortFn: (a, b) => compareValues(a.getValue(field.id), b.getValue(field.id)),
            sortDescFirst: field.isFigure,
          }),
        ),
      ]),
    [fields],
  );
  // A column that is no longer shown sorts nothing.
  const shown = useMemo(
    () => sorting.filter(({ id }) => id === "name" || fields.some((field) => field.id === id)),
    [sorting, fields],
  );
  return useTable({
    features,
    columns,
    data: rows,
    getRowId: ({ id }) => id,
    getSubRows: (row) => (row.kind === "group" ? row.below : undefined),
    autoResetExpanded: false,
    state: { sorting: shown },
    onSortingChange: (change) => setSorting(typeof change === "function" ? change(shown) : change),
  });
}

export type RunTableModel = ReturnType<typeof useRunTable>;
