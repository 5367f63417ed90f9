import { editsOf, restoreAll } from "../../shared/edits.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useControlState } from "../stores/sharing/lesson-store.ts";
import { plural } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { editsText, undoesEdit } from "./edit-actions.ts";

/** How many items were edited by hand, since the given run or at all, and the way back. */
export function EditsNote({ run }: { run?: Experiment }) {
  const file = useExperimentStore((state) => state.file);
  const isFree = useControlState("data.edits") === "free";
  const undoable = useExperimentStore(undoesEdit);
  const { undo, update } = useExperimentStore.getState();
  const count = Object.keys(editsOf(file)).length;
  const isNew = run !== undefined && editsText(run) !== editsText(file);
  // Where a run is looked at, the line comes with the first edit; elsewhere its room is kept.
  if (run !== undefined && count === 0 && !isNew) return null;
  return (
    <p className="edits-note" role="status">
      <span>{sentence(count, run === undefined ? null : isNew)}</span>
      <button type="button" className="ghost" disabled={!undoable} title="Ctrl+Z" onClick={undo}>
        <Icon name="undo" /> Undo
      </button>
      {count > 1 && isFree && (
        <button type="button" className="ghost" onClick={() => update(restoreAll)}>
          Restore all
        </button>
      )}
    </p>
  );
}

function sentence(count: number, isNew: boolean | null): string {
  if (count === 0)
    return isNew
      ? "The edits of this run were taken back; Train again goes without them."
      : "No item is edited by hand.";
  const edited = plural(count, "item is", "items are");
  if (isNew === null) return `${edited} edited by hand.`;
  return isNew
    ? `${edited} edited by hand, not all of it before this run. Train again uses all of it.`
    : `${edited} edited by hand, and this run was trained so.`;
}
