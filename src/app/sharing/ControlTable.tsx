import { useId } from "react";
import { CONTROL_GROUPS, type ControlGroup } from "../stores/sharing/controls.ts";
import type { ControlState } from "../stores/sharing/lesson.ts";
import { draftState, setState, useLessonDraft } from "./lesson-draft.ts";

const STATES = ["free", "locked", "hidden"] as const satisfies readonly ControlState[];

/** Every control by its stage, and what the lesson allows with it. */
export function ControlTable() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="control-table" tabIndex={0} aria-label="Controls">
      <table>
        <thead>
          <tr>
            <th scope="col">control</th>
            {STATES.map((state) => (
              <th key={state} scope="col">
                {state}
              </th>
            ))}
          </tr>
        </thead>
        {CONTROL_GROUPS.map((group) => (
          <Group key={group.label} group={group} />
        ))}
      </table>
    </section>
  );
}

function Group({ group }: { group: ControlGroup }) {
  const states = useLessonDraft((draft) => draft.states);
  const { label, whole, controls } = group;
  const ofWhole = whole ? draftState(states, { names: [whole] }) : "free";
  return (
    <tbody>
      {whole ? (
        <Row label={label} of={`Stage ${label}`} names={[whole]} state={ofWhole} isHead />
      ) : (
        <tr className="control-head">
          <th scope="rowgroup" colSpan={4}>
            {label}
          </th>
        </tr>
      )}
      {controls.map((control) => (
        <Row
          key={control.label}
          label={control.label}
          of={control.label}
          names={control.names}
          state={ofWhole === "free" ? draftState(states, control) : ofWhole}
          disabled={ofWhole !== "free"}
        />
      ))}
    </tbody>
  );
}

interface RowProps {
  label: string;
  /** What the radio buttons are about, for those who do not see the table. */
  of: string;
  names: readonly string[];
  state: ControlState;
  isHead?: boolean;
  disabled?: boolean;
}

function Row({ label, of, names, state, isHead = false, disabled = false }: RowProps) {
  const id = useId();
  return (
    <tr className={isHead ? "control-head" : ""}>
      <th scope="row">
        {label}
        {isHead && <small>whole stage</small>}
      </th>
      {STATES.map((value) => (
        <td key={value}>
          <label>
            <input
              type="radio"
              name={id}
              aria-label={`${of}: ${value}`}
              checked={state === value}
              disabled={disabled}
              onChange={() => setState(names, value)}
            />
          </label>
        </td>
      ))}
    </tr>
  );
}
