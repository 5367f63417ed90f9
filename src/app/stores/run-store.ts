import { create } from "zustand";
import type { Experiment } from "../../shared/experiment.ts";
import { figuresOf, nextRunName, type RunEntry, type SweepPlace } from "../../shared/kept/run-entry.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, RunRecord } from "../../shared/run-record.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { asEngineError, EngineCallError, engine } from "../engine-client.ts";
import { after, begun, type CurrentRun, failed, isActive, type RunData } from "./current-run.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { type KeptRunActions, type KnownRuns, keptRunActions } from "./kept-run-actions.ts";
import { lastWithWeights, patched, startedEntry } from "./run-entries.ts";
import { controlState } from "./sharing/lesson-store.ts";

/** What a run is to be started with. */
export interface RunRequest {
  experiment: Experiment;
  /** `Run 4` where it is left out. */
  name?: string;
  sweep?: SweepPlace | null;
  /** What is chosen on the page where it is left out. */
  backend?: BackendChoice;
  /** To the end, or one step, and then it is paused. */
  how?: "on" | "a step";
}

export interface RunState extends KnownRuns, KeptRunActions {
  backendChoice: BackendChoice;
  /** The backend as the engine describes it before a run; null until it has answered. */
  backend: BackendReport | null;
  backendError: string | null;
  setBackendChoice: (choice: BackendChoice) => void;
  describeBackend: () => Promise<void>;
  /** Trains the experiment in the editor on the data that are open. */
  startTraining: (how?: RunRequest["how"]) => Promise<void>;
  /** Trains one step and pauses: of the run that is on, or else of a new one. */
  step: () => void;
  /** Trains on the data that are open. Resolves when the run has ended, however. @throws Error where another is on */
  startRun: (request: RunRequest) => Promise<RunEntry>;
  /** Goes on with a run that was cut off, from its last checkpoint. Resolves when it has ended, however. */
  resumeRun: (runId: string) => Promise<RunEntry>;
  control: (action: ControlAction) => void;
  toggleOverlay: (runId: string) => void;
  /** Uses another run's weights (or a loaded model's) in the lens and Try it. */
  useModel: (runId: string | null) => void;
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
    if (controlState("run:backend") !== "free") return;
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
  startTraining: async (how = "on") => {
    const { experiment, issues } = useExperimentStore.getState();
    if (isActive(get().current) || !useDataStore.getState().dataset || issues.length > 0) return;
    if (controlState("run:train") !== "free") return;
    await get().startRun({ experiment, how });
  },
  step: () => {
    if (isActive(get().current)) get().control("step");
    else void get().startTraining("a step");
  },
  startRun: async ({ experiment, name = nextRunName(get().runs), sweep = null, how = "on", ...asked }) => {
    const { dataset, source } = useDataStore.getState();
    if (isActive(get().current)) throw new Error("Another run is going on.");
    if (!dataset || !source) throw new Error("No data are open.");
    const runId = crypto.randomUUID();
    const { backend = get().backendChoice } = asked;
    const of = { name: source.name, contentId: source.contentId };
    const run = { runId, name, experiment, backend, sweep, source: of };
    set(({ runs }) => ({ runs: [...runs, startedEntry(run)], current: begun({ ...run, dataset }) }));
    if (how === "a step") engine.control(runId, "step");
    return follow(runId, () => engine.call("train.start", { runId, experiment, backend, keep: { name, sweep } }));
  },
  resumeRun: async (runId) => {
    const run = get().runs.find((candidate) => candidate.runId === runId);
    if (!run) throw new Error("There is no such run.");
    if (isActive(get().current)) throw new Error("Another run is going on.");
    await useDataStore.getState().openContent(run.source, run.experiment);
    const dataset = useDataStore.getState().dataset ?? NO_DATA;
    set(({ runs }) => ({
      runs: patched(runs, runId, { status: "going", reason: null }),
      current: begun({ ...run, dataset }),
    }));
    return follow(runId, () => engine.call("train.resume", { runId }));
  },
  control: (action) => {
    const { current } = get();
    // A checkpoint is the page's own wish.
    const isAllowed = action === "checkpoint" || controlState("run:train") === "free";
    if (isActive(current) && isAllowed) engine.control(current.runId, action);
  },
  toggleOverlay: (runId) => {
    const { overlaid, loadRecord } = get();
    const isDrawn = overlaid.includes(runId);
    set({ overlaid: isDrawn ? overlaid.filter((id) => id !== runId) : [...overlaid, runId] });
    if (!isDrawn) void loadRecord(runId);
  },
  useModel: (modelRunId) => set({ modelRunId }),
  ...keptRunActions(set, get),
}));

/** Until the engine has said what the data of a run are. */
const NO_DATA: RunData = { classes: [], train: 0, validation: 0, test: 0, contentSha256: "" };

/** Listens to a run from before it begins to its end. */
function follow(runId: string, begin: () => Promise<{ dataset: RunData }>): Promise<RunEntry> {
  return new Promise((resolve) => {
    const settle = () => {
      stopListening();
      followed.delete(runId);
      const entry = useRunStore.getState().runs.find((run) => run.runId === runId);
      if (entry) resolve(entry);
    };
    const stopListening = engine.onRun(runId, (event) => {
      receive(runId, event);
      if (event.kind === "ended" || event.kind === "failed") settle();
    });
    followed.set(runId, settle);
    begin().then(
      ({ dataset }) => change(runId, (current) => ({ ...current, dataset })),
      (error: unknown) => {
        fail(runId, asEngineError(error));
        settle();
      },
    );
  });
}

/** What ends the following of each run that is followed. */
const followed = new Map<string, () => void>();

function change(runId: string, to: (current: CurrentRun) => CurrentRun): void {
  useRunStore.setState(({ current }) => (current?.runId === runId ? { current: to(current) } : {}));
}

function receive(runId: string, event: RunEvent): void {
  change(runId, (current) => after(current, event));
  if (event.kind === "started") useRunStore.setState({ modelRunId: runId, backend: event.backend });
  if (event.kind === "checkpoint") {
    const { kind: _, ...checkpoint } = event;
    const totalSteps = useRunStore.getState().current?.totalSteps ?? 0;
    useRunStore.setState(({ runs }) => ({ runs: patched(runs, runId, { checkpoint: { ...checkpoint, totalSteps } }) }));
  }
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
  change(runId, (current) => failed(current, error));
  useRunStore.setState(({ runs }) => ({
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
  if (isActive(current)) {
    fail(current.runId, cause);
    followed.get(current.runId)?.();
  }
  useRunStore.setState(({ runs }) => ({
    modelRunId: null,
    // What is kept on disk can be read again.
    runs: runs.map((run) => ({ ...run, hasWeights: run.hasWeights && run.kept })),
  }));
}
