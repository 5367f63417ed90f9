import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import type { RunField } from "../listing/fields.ts";
import { checkedState } from "./checked.ts";
import { IndeterminateCheck } from "./IndeterminateCheck.tsx";
import type { RunTableModel } from "./use-run-table.ts";

interface Props {
  table: RunTableModel;
  fields: readonly RunField[];
  /** Every run of the table. */
  all: readonly RunEntry[];
  selected: ReadonlySet<string>;
  onSelect: (selected: readonly string[]) => void;
}

const ARIA_SORT = { asc: "ascending", desc: "descending" } as const;

export function RunTableHead({ table, fields, all, selected, onSelect }: Props) {
  const checked = checkedState(all, selected);
  const toggle = () => {
    const shown = new Set(all.map(({ runId }) => runId));
    const others = [...selected].filter((runId) => !shown.has(runId));
    onSelect(checked === "all" ? others : [...others, ...shown]);
  };
  return (
    <thead>
      <tr aria-rowindex={1}>
        <td className="check">
          <IndeterminateCheck
            label={`Choose all ${all.length} runs of the table`}
            checked={all.length > 0 ? checked : "none"}
            onChange={toggle}
          />
        </td>
        <SortHeader table={table} id="name" label="run" text />
        {fields.map((field) => (
          <SortHeader
            key={field.id}
            table={table}
            id={field.id}
            label={field.label}
            text={field.text}
            meaning={field.meaning}
          />
        ))}
      </tr>
    </thead>
  );
}

interface HeaderProps {
  table: RunTableModel;
  id: string;
  label: string;
  text: boolean;
  meaning?: string | undefined;
}

function SortHeader({ table, id, label, text, meaning }: HeaderProps) {
  const column = table.getColumn(id);
  const sorted = column?.getIsSorted() ?? false;
  return (
    <th scope="col" className={text ? "text" : ""} aria-sort={sorted ? ARIA_SORT[sorted] : undefined}>
      <button type="button" title={meaning ?? label} onClick={column?.getToggleSortingHandler()}>
        <span className="label">{label}</span>
        <span className="arrow" aria-hidden="true">
          {sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}
        </span>
      </button>
    </th>
  );
}
