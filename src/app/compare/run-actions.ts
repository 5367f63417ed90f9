import type { RunEntry } from "../../shared/kept/run-entry.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import { useChosenRuns } from "../stores/chosen-runs.ts";
import { patched } from "../stores/run-entries.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { plural } from "../ui/format.ts";

/** A run's record; null where there is none. */
export async function readRecord(runId: string): Promise<RunRecord | null> {
  return useRunStore.getState().records[runId] ?? null;
}

export type Annotation = Partial<Pick<RunEntry, "name" | "notes" | "tags">>;

export const annotate = (runId: string, words: Annotation): void =>
  useRunStore.setState(({ runs }) => ({ runs: patched(runs, runId, words) }));

export const resume = (_runId: string): void => {};

/** Takes runs out of the list; the page offers to put them back. */
export function remove(runIds: readonly string[]): void {
  const { runs } = useRunStore.getState();
  const gone = runs.filter(({ runId }) => runIds.includes(runId));
  useRunStore.setState({ runs: runs.filter(({ runId }) => !runIds.includes(runId)) });
  const chosen = useChosenRuns.getState();
  chosen.select(chosen.selected.filter((runId) => !runIds.includes(runId)));
  if (chosen.opened !== null && runIds.includes(chosen.opened)) chosen.open(null);
  const [only] = gone;
  const what =
    gone.length === 1 && only ? `“${only.name}” was deleted.` : `${plural(gone.length, "run")} were deleted.`;
  useUiStore.getState().setNotice({
    tone: "info",
    text: what,
    action: {
      label: "Undo",
      act: () => useRunStore.setState((state) => ({ runs: [...state.runs, ...gone] })),
    },
  });
}
