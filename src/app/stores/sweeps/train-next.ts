import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { overBudget } from "../../../shared/sweep/budget.ts";
import type { KeptSweep } from "../../../shared/sweep/kept-sweep.ts";
import type { Configuration, Point, SweepPlan } from "../../../shared/sweep/plan.ts";
import { standingOf } from "../../../shared/sweep/standing.ts";
import { isSwept } from "../../../shared/sweep/sweep-file.ts";
import { pointWords } from "../../../shared/sweep/words.ts";
import type { BackendChoice } from "../../../shared/task.ts";
import { engine } from "../../engine-client.ts";
import { useDataStore } from "../data-store.ts";
import { useRunStore } from "../run-store.ts";

/** Why a sweep goes no further. */
export type SweepEnd = Pick<KeptSweep, "status" | "reason">;

/**
 * Trains the point of a sweep that comes next, a run that was cut off first, from its checkpoint.
 * @param isTakenOut asked of a run that was stopped: one that was left out meanwhile does not hold the sweep
 * @returns why the sweep goes no further, null where it does: also after a run that failed
 * @throws Error where no run can be begun
 */
export async function trainNext(
  sweep: KeptSweep,
  plan: SweepPlan,
  isTakenOut: (point: number) => boolean,
): Promise<SweepEnd | null> {
  await settledData();
  const { toCome, going, interrupted, results, runs } = standingOf(sweep, plan, useRunStore.getState().runs);
  if (going) return { status: "paused", reason: "One of its runs is going on in another tab." };
  const next = interrupted ? plan.points[interrupted.sweep?.point ?? 0] : toCome[0];
  if (!next) return { status: "done", reason: "" };
  const over = interrupted ? null : overBudget(next, results, sweep.file.budget, sweep.trainItems);
  if (over !== null) return { status: "done", reason: over };
  const { source } = useDataStore.getState();
  if (source?.contentId !== sweep.source.contentId)
    return { status: "paused", reason: `Other data were opened; Resume goes back to ${sweep.source.name}.` };
  const stump = runs.get(next.index);
  if (stump && !interrupted) forget(stump);
  const run = interrupted
    ? useRunStore.getState().resumeRun(interrupted.runId)
    : begun(sweep, plan, next, [...runs.values()].find(({ figures }) => figures)?.backend);
  const { status, name } = await ended(run, sweep.id, next.index);
  return status === "stopped" && !isTakenOut(next.index)
    ? { status: "paused", reason: `${name} was stopped by hand.` }
    : null;
}

/** @param backend what the runs before it were asked to compute on; a reload forgets what was chosen */
function begun(sweep: KeptSweep, plan: SweepPlan, point: Point, backend?: BackendChoice): Promise<RunEntry> {
  const configuration = plan.configurations[point.configuration] as Configuration;
  return useRunStore.getState().startRun({
    experiment: point.experiment,
    // Runs that differ in the seed alone are numbered like any others.
    ...(isSwept(sweep.file) ? { name: pointWords(configuration, point) } : {}),
    sweep: { sweepId: sweep.id, point: point.index },
    ...(backend && { backend }),
  });
}

/** A run that was cut off before its first checkpoint holds nothing, and is trained anew. */
function forget({ runId }: RunEntry): void {
  useRunStore.setState(({ runs }) => ({ runs: runs.filter((run) => run.runId !== runId) }));
  // Should it stay in the list, no one is worse off.
  engine.call("store.remove", { runIds: [runId] }).catch(() => undefined);
}

/** A run's end; one that was lost with the engine tells none, but the page knows of it. */
async function ended(run: Promise<RunEntry>, sweepId: string, point: number): Promise<RunEntry> {
  let stop = (): void => {};
  const lost = new Promise<RunEntry>((resolve) => {
    stop = useRunStore.subscribe(({ current }) => {
      const { sweep, phase, runId } = current ?? {};
      if (phase !== "failed" || sweep?.sweepId !== sweepId || sweep.point !== point) return;
      // Its entry is told after it.
      setTimeout(() => {
        const entry = useRunStore.getState().runs.find((candidate) => candidate.runId === runId);
        if (entry) resolve(entry);
      });
    });
  });
  try {
    return await Promise.race([run, lost]);
  } finally {
    stop();
  }
}

/** Waits while data are being opened or prepared: a change of the seed in the editor, or an engine that was replaced. */
function settledData(): Promise<void> {
  const isSettled = (): boolean => !["opening", "preparing"].includes(useDataStore.getState().status);
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useDataStore.subscribe(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });
}
