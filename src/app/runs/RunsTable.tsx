import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatDuration, formatNumber } from "../ui/format.ts";
import { type RunRow, rowOf } from "./run-rows.ts";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});
const helper = createColumnHelper<typeof features, RunRow>();

const text = { sortFn: "alphanumeric" } as const;
const last = { sortUndefined: "last" } as const;
/** `97.1`, of a hundred. */
const hundredths = (value: number | undefined): string => (value === undefined ? "–" : (100 * value).toFixed(1));

const duration = (value: number | undefined): string => (value === undefined ? "–" : formatDuration(value));

const columns = helper.columns([
  helper.accessor("name", { header: "name", ...text }),
  helper.accessor("k", { header: "K" }),
  helper.accessor("level", { header: "level", ...text }),
  helper.accessor("pooling", { header: "f", ...text }),
  helper.accessor("accuracy", { header: "accuracy", cell: ({ getValue }) => hundredths(getValue()), ...last }),
  helper.accessor("pooledAccuracy", { header: "pooled", cell: ({ getValue }) => hundredths(getValue()), ...last }),
  helper.accessor("macroF1", { header: "macro F1", cell: ({ getValue }) => hundredths(getValue()), ...last }),
  helper.accessor("calibrationError", { header: "ECE", cell: ({ getValue }) => hundredths(getValue()), ...last }),
  helper.accessor("totalMs", { header: "time", cell: ({ getValue }) => duration(getValue()), ...last }),
  helper.accessor("noises", { header: "noise", ...text }),
  helper.accessor("backbone", { header: "backbone", ...text }),
  helper.accessor("epochs", { header: "epochs" }),
  helper.accessor("seed", { header: "seed", cell: ({ getValue }) => formatNumber(getValue()) }),
]);

/** What a header's two or three letters stand for. */
const MEANING: Partial<Record<string, string>> = {
  k: "Repeats of each sample in training",
  level: "Where the repeats are pooled",
  pooling: "The pooling function",
  accuracy: "Test accuracy in one clean pass, percent",
  pooledAccuracy: "Test accuracy of K' passes pooled with f', percent",
  macroF1: "Macro F1 on the test items, one clean pass, percent",
  calibrationError: "Expected calibration error on the test items, one clean pass, percent",
};
const TEXT_COLUMNS = new Set(["name", "level", "pooling", "noises", "backbone"]);
const ARIA_SORT = { asc: "ascending", desc: "descending" } as const;

interface Props {
  runs: readonly RunEntry[];
  selected: string | null;
  onSelect: (runId: string) => void;
}

/** Ended runs side by side; a header sorts, a name opens the run below the table. */
export function RunsTable({ runs, selected, onSelect }: Props) {
  const data = useMemo(() => runs.map(rowOf), [runs]);
  const table = useTable({ features, columns, data, getRowId: ({ runId }) => runId });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="runs-scroll" tabIndex={0} aria-label="Runs, table">
      <table className="runs-table">
        <caption className="sr-only">Runs of this visit; scores are percentages of the test items</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              <th scope="col">curves</th>
              {group.headers.map(({ id, column }) => {
                const sorted = column.getIsSorted();
                return (
                  <th
                    key={id}
                    scope="col"
                    className={TEXT_COLUMNS.has(id) ? "text" : ""}
                    aria-sort={sorted ? ARIA_SORT[sorted] : undefined}
                  >
                    <button type="button" title={MEANING[id]} onClick={column.getToggleSortingHandler()}>
                      {String(column.columnDef.header)}
                      <span aria-hidden="true">{sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className={row.id === selected ? "on" : ""}>
              <td>
                <CurvesCheck runId={row.id} name={row.original.name} />
              </td>
              {row.getAllCells().map((cell) =>
                cell.column.id === "name" ? (
                  <th key={cell.id} scope="row">
                    <button type="button" aria-pressed={row.id === selected} onClick={() => onSelect(row.id)}>
                      {row.original.name}
                    </button>
                  </th>
                ) : (
                  <td key={cell.id} className={TEXT_COLUMNS.has(cell.column.id) ? "text" : ""}>
                    <table.FlexRender cell={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The current run's curves are drawn anyway; those of the others on demand. */
function CurvesCheck({ runId, name }: { runId: string; name: string }) {
  const isCurrent = useRunStore((state) => state.current?.runId === runId);
  const isOverlaid = useRunStore((state) => state.overlaid.includes(runId));
  const toggle = useRunStore((state) => state.toggleOverlay);
  return (
    <label
      className="curves-check"
      title={isCurrent ? "The current run is always drawn" : `Draw the curves of ${name} too`}
    >
      <input
        type="checkbox"
        aria-label={`Curves of ${name} in the charts`}
        checked={isCurrent || isOverlaid}
        disabled={isCurrent}
        onChange={() => toggle(runId)}
      />
    </label>
  );
}
