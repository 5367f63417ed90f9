import type { RunEntry } from "../../shared/kept/run-entry.ts";

/** What is known of a run before it begins. */
export type NewRun = Pick<RunEntry, "runId" | "name" | "experiment" | "backend" | "source" | "sweep">;

/** The entry of a run that has just been started. */
export const startedEntry = (run: NewRun): RunEntry => ({
  notes: "",
  tags: [],
  startedAt: new Date().toISOString(),
  status: "going",
  reason: null,
  figures: null,
  checkpoint: null,
  hasWeights: false,
  kept: false,
  bytes: 0,
  ...run,
});

/** The entries with one of them changed. */
export const patched = (runs: readonly RunEntry[], runId: string, patch: Partial<RunEntry>): RunEntry[] =>
  runs.map((run) => (run.runId === runId ? { ...run, ...patch } : run));

/** The latest run whose weights can be used; null where there is none. */
export const lastWithWeights = (runs: readonly RunEntry[]): string | null =>
  runs.findLast(({ hasWeights }) => hasWeights)?.runId ?? null;

/** The latest run, where it was cut off and can go on from a checkpoint; null where it has ended. */
export function resumable(runs: readonly RunEntry[]): RunEntry | null {
  const last = runs.at(-1);
  return last?.checkpoint && (last.status === "interrupted" || last.status === "failed") ? last : null;
}

/** The oldest first. */
export const byStart = (runs: readonly RunEntry[]): RunEntry[] =>
  runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));

/** Those that are chosen, and the rest. */
export const parted = <T>(values: readonly T[], isChosen: (value: T) => boolean): [chosen: T[], rest: T[]] => [
  values.filter(isChosen),
  values.filter((value) => !isChosen(value)),
];

/**
 * What the store lists, beside runs of this visit that it does not hold: because nothing can be kept, or not yet. Weights
 * that the engine holds count as well as kept ones.
 */
export function merged(here: readonly RunEntry[], kept: readonly RunEntry[]): RunEntry[] {
  const mine = new Map(here.map((run) => [run.runId, run]));
  const known = new Set(kept.map(({ runId }) => runId));
  const both = kept.map((run) => {
    const own = mine.get(run.runId);
    if (!own) return run;
    // What has been seen to end here may have been listed before it was kept as that.
    const { status, figures } = run.figures ? run : own.figures ? own : { ...run, figures: null };
    return { ...run, status, figures, hasWeights: run.hasWeights || own.hasWeights };
  });
  return byStart([...both, ...here.filter((run) => !run.kept && !known.has(run.runId))]);
}
