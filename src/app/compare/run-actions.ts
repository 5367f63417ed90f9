import { useChosenRuns } from "../stores/chosen-runs.ts";
import { useRunStore } from "../stores/run-store.ts";
import { resumeRunOrSweep } from "../stores/sweeps/resume-run.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { plural } from "../ui/format.ts";

/** Goes on with a run in the Studio, where it can be watched. */
export function resume(runId: string): void {
  useUiStore.getState().setView("studio");
  const run = useRunStore.getState().runs.find((candidate) => candidate.runId === runId);
  if (run) void resumeRunOrSweep(run);
}

/** Takes runs out of the list; the page offers to put them back. */
export function remove(runIds: readonly string[]): void {
  const { removeRuns } = useRunStore.getState();
  removeRuns(runIds);
  const { removed } = useRunStore.getState();
  const gone = new Set(removed.map(({ runId }) => runId));
  const { selected, opened, select, open } = useChosenRuns.getState();
  select(selected.filter((runId) => !gone.has(runId)));
  if (opened !== null && gone.has(opened)) open(null);
  const [first] = removed;
  if (!first) return;
  useUiStore.getState().setNotice({
    tone: "info",
    text: removed.length === 1 ? `“${first.name}” was deleted.` : `${plural(removed.length, "run")} were deleted.`,
    action: {
      label: "Undo",
      act: () => {
        useRunStore.getState().putBack();
        useChosenRuns.getState().select(selected);
      },
    },
  });
}
