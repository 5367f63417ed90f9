import type { RunEntry } from "../../shared/kept/run-entry.ts";
import type { RunRecord } from "../../shared/run-record.ts";
import { asEngineError, engine } from "../engine-client.ts";
import { type CurrentRun, ended, isActive } from "./current-run.ts";
import { byStart, lastWithWeights, parted, patched } from "./run-entries.ts";
import { useUiStore } from "./ui-store.ts";

/** What the page knows of runs. */
export interface KnownRuns {
  /** The run that is on, or the last one that was looked at. */
  current: CurrentRun | null;
  /** All runs that are known, the oldest first; the one that is on is among them. */
  runs: readonly RunEntry[];
  /** Records that were asked for, by run. */
  records: Readonly<Record<string, RunRecord>>;
  /** Ids of runs that are drawn over the charts. */
  overlaid: readonly string[];
  /** The run whose weights the lens and Try it use; null where there are none yet. */
  modelRunId: string | null;
}

/** What can be done with runs that are kept, and the runs that were taken out of their list. */
export interface KeptRunActions {
  /** A run's record, from the engine where this page has not got it; null where it cannot be read (`notice`). */
  loadRecord: (runId: string) => Promise<RunRecord | null>;
  /** Shows a run that has ended as the current one. */
  showRun: (runId: string) => Promise<void>;
  annotate: (runId: string, words: Partial<Pick<RunEntry, "name" | "notes" | "tags">>) => void;
  /** Takes runs out of the list, until they are put back. */
  removeRuns: (runIds: readonly string[]) => void;
  /** The runs that were removed last, which can be put back. */
  removed: readonly RunEntry[];
  putBack: () => void;
}

type State = KnownRuns & KeptRunActions;
type Change = (change: Partial<State> | ((state: State) => Partial<State>)) => void;

export const keptRunActions = (set: Change, get: () => State): KeptRunActions => ({
  loadRecord: async (runId) => {
    const known = get().records[runId];
    if (known) return known;
    try {
      const record = await engine.call("store.record", { runId });
      set(({ records }) => ({ records: { ...records, [runId]: record } }));
      return record;
    } catch (error) {
      useUiStore.getState().setNotice({ tone: "bad", text: asEngineError(error).message });
      return null;
    }
  },
  showRun: async (runId) => {
    const record = await get().loadRecord(runId);
    const run = get().runs.find((candidate) => candidate.runId === runId);
    if (!record || !run || isActive(get().current)) return;
    set({ current: ended(run, record), modelRunId: run.hasWeights ? runId : get().modelRunId });
  },
  annotate: (runId, words) => {
    const { name } = words;
    set(({ current, runs }) => ({
      current: name !== undefined && current?.runId === runId ? { ...current, name } : current,
      runs: patched(runs, runId, words),
    }));
    tellStore(() => engine.call("store.annotate", { runId, ...words }));
  },
  removed: [],
  removeRuns: (runIds) => {
    set(({ current, runs, overlaid, modelRunId }) => {
      const [removed, others] = parted(runs, (run) => runIds.includes(run.runId) && run.status !== "going");
      const gone = removed.map(({ runId }) => runId);
      return {
        current: current && gone.includes(current.runId) ? null : current,
        runs: others,
        removed,
        overlaid: overlaid.filter((id) => !gone.includes(id)),
        modelRunId: modelRunId !== null && gone.includes(modelRunId) ? lastWithWeights(others) : modelRunId,
      };
    });
    const gone = get().removed.map(({ runId }) => runId);
    tellStore(() => engine.call("store.remove", { runIds: gone }));
  },
  putBack: () => {
    const { removed } = get();
    set(({ runs }) => ({ removed: [], runs: byStart([...runs, ...removed]) }));
    tellStore(() => engine.call("store.putBack", { runIds: removed.map(({ runId }) => runId) }));
  },
});

/** Tells what was done here to what is kept; where that fails the page says so. */
function tellStore(call: () => Promise<unknown>): void {
  call().catch((error: unknown) => {
    useUiStore.getState().setNotice({ tone: "bad", text: asEngineError(error).message });
  });
}
