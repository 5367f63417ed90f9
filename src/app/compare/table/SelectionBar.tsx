import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { plural } from "../../ui/format.ts";
import { isRemovable } from "../run-states.ts";

interface Props {
  runs: readonly RunEntry[];
  selected: ReadonlySet<string>;
  onRemove: (runIds: readonly string[]) => void;
  onClear: () => void;
}

/** What can be done with the chosen runs; its room is there before any is chosen. */
export function SelectionBar({ runs, selected, onRemove, onClear }: Props) {
  const chosen = runs.filter(({ runId }) => selected.has(runId));
  const removable = chosen.filter(isRemovable);
  return (
    <footer className="selection-bar">
      <span>
        {chosen.length === 0
          ? "Choose runs by their boxes to compare their settings, curves and predictions."
          : `${plural(chosen.length, "run")} chosen`}
      </span>
      {chosen.length > 0 && (
        <>
          <button type="button" className="ghost" onClick={onClear}>
            Choose none
          </button>
          <button
            type="button"
            disabled={removable.length === 0}
            title={removable.length < chosen.length ? "Runs that go on are left where they are" : undefined}
            onClick={() => onRemove(removable.map(({ runId }) => runId))}
          >
            Delete {plural(removable.length, "run")}
          </button>
        </>
      )}
    </footer>
  );
}
