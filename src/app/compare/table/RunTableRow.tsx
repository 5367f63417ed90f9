import { memo } from "react";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/icons.tsx";
import { RunStatus } from "../../ui/RunStatus.tsx";
import type { RunField } from "../listing/fields.ts";
import { cellOf, type TableRow } from "../listing/rows.ts";
import type { Checked } from "./checked.ts";
import { IndeterminateCheck } from "./IndeterminateCheck.tsx";

interface Props {
  row: TableRow;
  index: number;
  depth: number;
  /** Null where there is nothing to open. */
  expanded: boolean | null;
  fields: readonly RunField[];
  checked: Checked;
  isOpened: boolean;
  inTabOrder: boolean;
  onCheck: (index: number, checked: boolean, range: boolean) => void;
  onExpand: () => void;
  onOpen: (runId: string) => void;
  onResume: (runId: string) => void;
  onFocus: (id: string) => void;
}

/** Memorised, since a thousand runs scroll by. */
export const RunTableRow = memo(function RunTableRow(props: Props) {
  const { row, index, depth, fields, checked, isOpened, inTabOrder, onCheck, onFocus } = props;
  const tabIndex = inTabOrder ? 0 : -1;
  const name = row.kind === "run" ? row.run.name : row.group.label;
  const kind = [row.kind, isOpened ? "on" : "", depth > 0 ? "below" : ""].join(" ");
  return (
    <tr className={kind} data-row={row.id} aria-rowindex={index + 2} onFocus={() => onFocus(row.id)}>
      <td className="check">
        <IndeterminateCheck
          label={row.kind === "run" ? `Choose ${name}` : `Choose the ${plural(row.runs.length, "run")} of ${name}`}
          checked={checked}
          tabIndex={tabIndex}
          onChange={(next, range) => onCheck(index, next, range)}
        />
      </td>
      <th scope="row">
        {row.kind === "run" ? <RunName {...props} tabIndex={tabIndex} /> : <GroupName {...props} tabIndex={tabIndex} />}
      </th>
      {fields.map((field) => {
        if (row.kind === "run" && field.id === "status")
          return (
            <td key={field.id} className="text">
              <RunStatus status={row.run.status} reason={row.run.reason} />
            </td>
          );
        const { words, remark } = cellOf(row, field);
        return (
          <td key={field.id} className={field.text ? "text" : ""} title={remark ?? (field.text ? words : undefined)}>
            {words}
          </td>
        );
      })}
    </tr>
  );
}, sameRow);

/** Callbacks that act on the row by its id or place do the same whenever they were made. */
function sameRow(before: Props, after: Props): boolean {
  return (
    before.row === after.row &&
    before.index === after.index &&
    before.depth === after.depth &&
    before.expanded === after.expanded &&
    before.fields === after.fields &&
    before.checked === after.checked &&
    before.isOpened === after.isOpened &&
    before.inTabOrder === after.inTabOrder
  );
}

type NameProps = Props & { tabIndex: number };

function RunName({ row, isOpened, tabIndex, onOpen, onResume }: NameProps) {
  if (row.kind !== "run") return null;
  const { runId, name, status, checkpoint, notes } = row.run;
  return (
    <span className="run-cell">
      <button
        type="button"
        className="name"
        data-control="name"
        tabIndex={tabIndex}
        aria-pressed={isOpened}
        title={notes ? `${name}: ${notes}` : name}
        onClick={() => onOpen(runId)}
      >
        {name}
      </button>
      {status === "interrupted" && checkpoint && (
        <button
          type="button"
          className="resume"
          tabIndex={tabIndex}
          aria-label={`Resume ${name}`}
          title={`Goes on after step ${checkpoint.step} of ${checkpoint.totalSteps}`}
          onClick={() => onResume(runId)}
        >
          Resume
        </button>
      )}
    </span>
  );
}

function GroupName({ row, expanded, tabIndex, onExpand }: NameProps) {
  if (row.kind !== "group") return null;
  const { label, seeds, configurations } = row.group;
  const counts = [
    plural(row.runs.length, "run"),
    plural(seeds, "seed"),
    ...(configurations > 1 ? [plural(configurations, "configuration")] : []),
  ];
  return (
    <button
      type="button"
      className="group-name"
      data-control="name"
      tabIndex={tabIndex}
      aria-expanded={expanded ?? false}
      title={label}
      onClick={onExpand}
    >
      <Icon name={expanded ? "down" : "next"} />
      <span className="label">{label}</span>
      <small>{counts.join(" · ")}</small>
    </button>
  );
}
