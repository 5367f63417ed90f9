import { create } from "zustand";
import type { Experiment } from "../../shared/experiment.ts";
import { figuresOf, type RunEntry, type SweepPlace } from "../../shared/kept/run-entry.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, RunRecord } from "../../shared/run-record.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { asEngineError, EngineCallError, engine } from "../engine-client.ts";
import { after, begun, type CurrentRun, failed, isActive } from "./current-run.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { lastWithWeights, nextName, patched, startedEntry } from "./run-entries.ts";

/** What a run is to be started with. */
export interface RunRequest {
  experiment: Experiment;
  /** `Run 4` where it is left out. */
  name?: string;
  sweep?: SweepPlace | null;
}

export interface RunState {
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
  backendChoice: BackendChoice;
  /** The backend as the engine describes it before a run; null until it has answered. */
  backend: BackendReport | null;
  backendError: string | null;
  setBackendChoice: (choice: BackendChoice) => void;
  describeBackend: () => Promise<void>;
  /** Trains the experiment in the editor on the data that are open. */
  startTraining: () => Promise<void>;
  /** Trains on the data that are open. Resolves when the run has ended, however. @throws Error where another is on */
  startRun: (request: RunRequest) => Promise<RunEntry>;
  control: (action: ControlAction) => void;
  toggleOverlay: (runId: string) => void;
  /** Uses another run's weights (or a loaded model's) in the lens and Try it. */
  useModel: (runId: string | null) => void;
  renameRun: (runId: string, name: string) => void;
  /** Forgets an ended run and frees its weights. */
  dropRun: (runId: string) => void;
}

export const useRunStore = create<RunState>()((set, get) => ({
  current: null,
  runs: [],
  records: {},
  overlaid: [],
  modelRunId: null,
  backendChoice: "auto",
  backend: null,
  backendError: null,
  setBackendChoice: (backendChoice) => {
    set({ backendChoice });
    void get().describeBackend();
  },
  describeBackend: async () => {
    const { backendChoice } = get();
    try {
      const backend = await engine.call("engine.describe", { backend: backendChoice });
      if (get().backendChoice === backendChoice) set({ backend, backendError: null });
    } catch (error) {
      if (get().backendChoice === backendChoice) set({ backendError: asEngineError(error).message });
    }
  },
  startTraining: async () => {
    const { experiment, issues } = useExperimentStore.getState();
    if (isActive(get().current) || !useDataStore.getState().dataset || issues.length > 0) return;
    await get().startRun({ experiment });
  },
  startRun: async ({ experiment, name = nextName(get().runs), sweep = null }) => {
    const { dataset, source } = useDataStore.getState();
    if (isActive(get().current)) throw new Error("Another run is going on.");
    if (!dataset || !source) throw new Error("No data are open.");
    const runId = crypto.randomUUID();
    const run = { runId, name, experiment, sweep, source: { name: source.name, contentId: source.id } };
    set(({ runs }) => ({ runs: [...runs, startedEntry(run)], current: begun({ ...run, dataset }) }));
    return follow(runId, () => engine.call("train.start", { runId, experiment, backend: get().backendChoice }));
  },
  control: (action) => {
    const { current } = get();
    if (isActive(current)) engine.control(current.runId, action);
  },
  toggleOverlay: (runId) =>
    set(({ overlaid }) => ({
      overlaid: overlaid.includes(runId) ? overlaid.filter((id) => id !== runId) : [...overlaid, runId],
    })),
  useModel: (modelRunId) => set({ modelRunId }),
  renameRun: (runId, name) =>
    set(({ current, runs }) => ({
      current: current?.runId === runId ? { ...current, name } : current,
      runs: patched(runs, runId, { name }),
    })),
  dropRun: (runId) => {
    const run = get().runs.find((candidate) => candidate.runId === runId);
    set(({ current, runs, overlaid, modelRunId }) => {
      const others = runs.filter((candidate) => candidate.runId !== runId);
      return {
        current: current?.runId === runId ? null : current,
        runs: others,
        overlaid: overlaid.filter((id) => id !== runId),
        modelRunId: modelRunId === runId ? lastWithWeights(others) : modelRunId,
      };
    });
    if (run?.hasWeights) void engine.call("model.drop", { runId }).catch(() => undefined);
  },
}));

/** Listens to a run from before it begins to its end. */
function follow(runId: string, begin: () => Promise<unknown>): Promise<RunEntry> {
  return new Promise((resolve) => {
    const settle = () => {
      stopListening();
      const entry = useRunStore.getState().runs.find((run) => run.runId === runId);
      if (entry) resolve(entry);
    };
    const stopListening = engine.onRun(runId, (event) => {
      receive(runId, event);
      if (event.kind === "ended" || event.kind === "failed") settle();
    });
    begin().catch((error: unknown) => {
      fail(runId, asEngineError(error));
      settle();
    });
  });
}

function receive(runId: string, event: RunEvent): void {
  useRunStore.setState(({ current }) => (current?.runId === runId ? { current: after(current, event) } : {}));
  if (event.kind === "started") useRunStore.setState({ modelRunId: runId, backend: event.backend });
  if (event.kind === "ended") keep(runId, event.record);
  if (event.kind === "failed") fail(runId, new EngineCallError(event.error));
}

function keep(runId: string, record: RunRecord): void {
  const figures = figuresOf(record);
  useRunStore.setState(({ runs, records }) => ({
    runs: patched(runs, runId, { status: record.status, figures, hasWeights: true }),
    records: { ...records, [runId]: record },
  }));
}

/** A run has come to nothing; its entry says why. */
function fail(runId: string, error: EngineCallError): void {
  useRunStore.setState(({ current, runs }) => ({
    current: current?.runId === runId ? failed(current, error) : current,
    runs: patched(runs, runId, { status: error.kind === "cancelled" ? "stopped" : "failed", reason: error.message }),
  }));
  loseModel(runId);
}

/** A model's weights are gone: where it was the one in use, the latest that is still there takes its place. */
export function loseModel(runId: string): void {
  useRunStore.setState(({ modelRunId, runs }) => (modelRunId === runId ? { modelRunId: lastWithWeights(runs) } : {}));
}

/** The engine was replaced: an active run has failed with the cause, and no run has weights any more. */
export function loseEngine(cause: EngineCallError): void {
  const { current } = useRunStore.getState();
  if (isActive(current)) fail(current.runId, cause);
  useRunStore.setState(({ runs }) => ({
    modelRunId: null,
    runs: runs.map((run) => ({ ...run, hasWeights: false })),
  }));
}
