import type { RunEntry } from "../../shared/kept/run-entry.ts";

/** What is known of a run before it begins. */
export type NewRun = Pick<RunEntry, "runId" | "name" | "experiment" | "source" | "sweep">;

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

/** `Run 4` after a `Run 3`, whatever became of the others. */
export function nextName(runs: readonly Pick<RunEntry, "name">[]): string {
  const numbers = runs.map(({ name }) => Number(/^Run (\d+)$/.exec(name)?.[1] ?? 0));
  return `Run ${Math.max(0, ...numbers) + 1}`;
}

/** The entries with one of them changed. */
export const patched = (runs: readonly RunEntry[], runId: string, patch: Partial<RunEntry>): RunEntry[] =>
  runs.map((run) => (run.runId === runId ? { ...run, ...patch } : run));

/** True where a run has ended, however. */
export const hasEnded = ({ status }: Pick<RunEntry, "status">): boolean =>
  status === "finished" || status === "stopped" || status === "failed";

/** The latest run whose weights can be used; null where there is none. */
export const lastWithWeights = (runs: readonly RunEntry[]): string | null =>
  runs.findLast(({ hasWeights }) => hasWeights)?.runId ?? null;
