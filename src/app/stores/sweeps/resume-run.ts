import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { useRunStore } from "../run-store.ts";
import { useUiStore } from "../ui-store.ts";
import { useSweepStore } from "./sweep-store.ts";

/**
 * Goes on with a run that was cut off and, where it is one of a sweep that is not over, with the rest of that. Resolves
 * at the end of either; where it cannot go on the page says why.
 */
export async function resumeRunOrSweep({ runId, sweep: place }: Pick<RunEntry, "runId" | "sweep">): Promise<void> {
  const { sweeps, resume } = useSweepStore.getState();
  const sweep = sweeps.find(({ id }) => id === place?.sweepId);
  try {
    if (sweep?.status === "running" || sweep?.status === "paused") await resume(sweep.id);
    else await useRunStore.getState().resumeRun(runId);
  } catch (cause) {
    tell(cause instanceof Error ? cause.message : String(cause));
  }
  // A sweep that holds keeps the reason to itself.
  const { status } = useRunStore.getState().runs.find((run) => run.runId === runId) ?? {};
  const held = sweep && useSweepStore.getState().sweeps.find(({ id }) => id === sweep.id);
  if (held?.reason && status === "interrupted") tell(held.reason);
}

const tell = (text: string): void => useUiStore.getState().setNotice({ tone: "bad", text });
