import { useVirtualizer } from "@tanstack/react-virtual";
import { Fragment, useCallback, useMemo, useRef } from "react";
import type { RunField } from "../listing/fields.ts";
import type { TableRow } from "../listing/rows.ts";
import { checkedState } from "./checked.ts";
import { RunTableHead } from "./RunTableHead.tsx";
import { RunTableRow } from "./RunTableRow.tsx";
import { useRowFocus } from "./use-row-focus.ts";
import { useRunTable } from "./use-run-table.ts";

export interface RunTableProps {
  rows: readonly TableRow[];
  fields: readonly RunField[];
  selected: ReadonlySet<string>;
  opened: string | null;
  onSelect: (selected: readonly string[]) => void;
  onOpen: (runId: string) => void;
  onResume: (runId: string) => void;
}

const ROW_HEIGHT = 28;
const OVERSCAN = 8;
const CHECK_WIDTH = 36;

/**
 * Runs, and groups of runs, of which only those in sight are in the page. One row takes part in the tab order; arrow
 * keys, Home and End move between rows.
 */
export function RunTable({ rows, fields, selected, opened, onSelect, onOpen, onResume }: RunTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const table = useRunTable(rows, fields);
  const shown = table.getRowModel().rows;
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const focus = useRowFocus(scroll, ids, (index) => virtual.scrollToIndex(index));
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index) => ids[index] ?? index,
    // The row with the focus stays in the page, else scrolling would drop the focus.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const seen = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      const { index } = focus;
      return index < from ? [index, ...seen] : index > to && index < count ? [...seen, index] : seen;
    },
  });
  const items = virtual.getVirtualItems();
  const select = useSelect(shown, selected, onSelect);
  const all = rows.flatMap((row) => row.runs);
  const width = CHECK_WIDTH + fields.reduce((sum, field) => sum + field.width, 0);
  const isGrouped = rows[0]?.kind === "group";
  let bottom = 0;

  return (
    <div className="run-table-scroll" ref={scroll}>
      <table
        className={isGrouped ? "run-table grouped" : "run-table"}
        style={{ "--columns": `${width}px` }}
        aria-rowcount={shown.length + 1}
      >
        <caption className="sr-only">All runs; scores are percentages of the test items</caption>
        <colgroup>
          <col style={{ width: CHECK_WIDTH }} />
          <col />
          {fields.map(({ id, width: own }) => (
            <col key={id} style={{ width: own }} />
          ))}
        </colgroup>
        <RunTableHead table={table} fields={fields} all={all} selected={selected} onSelect={onSelect} />
        <tbody onKeyDown={focus.onKeyDown}>
          {items.map(({ index, start, end }) => {
            const gap = start - bottom;
            bottom = end;
            const row = shown[index];
            if (!row) return null;
            return (
              <Fragment key={row.id}>
                {gap > 0 && <Space height={gap} />}
                <RunTableRow
                  row={row.original}
                  index={index}
                  depth={row.depth}
                  expanded={row.original.kind === "group" ? row.getIsExpanded() : null}
                  fields={fields}
                  checked={checkedState(row.original.runs, selected)}
                  isOpened={row.original.kind === "run" && row.id === opened}
                  inTabOrder={index === focus.index}
                  onCheck={select}
                  onExpand={() => row.toggleExpanded()}
                  onOpen={onOpen}
                  onResume={onResume}
                  onFocus={focus.onFocus}
                />
              </Fragment>
            );
          })}
          {virtual.getTotalSize() > bottom && <Space height={virtual.getTotalSize() - bottom} />}
        </tbody>
      </table>
    </div>
  );
}

/** Room of the rows that are out of sight. */
const Space = ({ height }: { height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can have the focus
  <tr aria-hidden="true" className="space" style={{ height }}>
    <td />
  </tr>
);

/** Checks a row's runs or lets go of them; with Shift, of all rows from the last one on. */
function useSelect(
  shown: readonly { readonly original: TableRow }[],
  selected: ReadonlySet<string>,
  onSelect: (selected: readonly string[]) => void,
) {
  const last = useRef(0);
  const now = useRef({ shown, selected, onSelect });
  now.current = { shown, selected, onSelect };
  return useCallback((index: number, checked: boolean, range: boolean) => {
    const { shown: rows, selected: before, onSelect: tell } = now.current;
    const [from, to] = range ? [Math.min(last.current, index), Math.max(last.current, index)] : [index, index];
    last.current = index;
    const next = new Set(before);
    for (const { original } of rows.slice(from, to + 1))
      for (const { runId } of original.runs) {
        if (checked) next.add(runId);
        else next.delete(runId);
      }
    tell([...next]);
  }, []);
}
