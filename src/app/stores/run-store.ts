import { create } from "zustand";
import type { DatasetSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { ControlAction, RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, EpochRecord, RunRecord, StepRecord } from "../../shared/run-record.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { asEngineError, EngineCallError, engine, type Progress } from "../engine-client.ts";
import { useDataStore } from "./data-store.ts";
import { useExperimentStore } from "./experiment-store.ts";
import { appendSteps, EMPTY_SERIES, type StepSeries } from "./step-series.ts";

export type RunPhase = "preparing" | "running" | "paused" | "evaluating" | "finished" | "stopped" | "failed";

/** A run of this visit that has ended. */
export interface FinishedRun {
  runId: string;
  /** `Run 3`, by order of this visit. */
  name: string;
  record: RunRecord;
  /** False once the engine was replaced: its weights are gone, its record stays. */
  hasWeights: boolean;
}

/** The run that is on, or the last one. */
export interface CurrentRun {
  runId: string;
  name: string;
  phase: RunPhase;
  /** What it was started with; the experiment being edited may have moved on. */
  experiment: Experiment;
  dataset: DatasetSummary;
  /** What is being done, in the engine's words. */
  detail: string;
  /** Progress of preparing or evaluating. */
  progress: Progress | null;
  backend: BackendReport | null;
  totalSteps: number;
  stepsPerEpoch: number;
  parameters: number;
  trainableParameters: number;
  /** Loss of each training step, at most 500 points. */
  steps: readonly StepRecord[];
  lastStep: StepRecord | null;
  epochs: readonly EpochRecord[];
  stepsPerSecond: number;
  msLeft: number;
  memoryBytes: number;
  numTensors: number;
  /** The latest checkpoint; null before the first. */
  checkpoint: Extract<RunEvent, { kind: "checkpoint" }> | null;
  /** Why the latest checkpoint could not be kept; null where it could. */
  notKept: string | null;
  /** The run's record once it has ended. */
  record: RunRecord | null;
  error: EngineCallError | null;
}

export interface RunState {
  current: CurrentRun | null;
  /** Ended runs of this visit, the oldest first. */
  runs: readonly FinishedRun[];
  /** Ids of ended runs that are drawn over the charts. */
  overlaid: readonly string[];
  /** The run whose weights the lens and Try it use; null where there are none yet. */
  modelRunId: string | null;
  backendChoice: BackendChoice;
  /** The backend as the engine describes it before a run; null until it has answered. */
  backend: BackendReport | null;
  backendError: string | null;
  setBackendChoice: (choice: BackendChoice) => void;
  describeBackend: () => Promise<void>;
  startTraining: () => Promise<void>;
  control: (action: ControlAction) => void;
  toggleOverlay: (runId: string) => void;
  /** Uses another run's weights (or a loaded model's) in the lens and Try it. */
  useModel: (runId: string | null) => void;
  renameRun: (runId: string, name: string) => void;
  /** Forgets an ended run and frees its weights. */
  dropRun: (runId: string) => void;
}

let series: StepSeries = EMPTY_SERIES;
let count = 0;

export const useRunStore = create<RunState>()((set, get) => ({
  current: null,
  runs: [],
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
    const { dataset } = useDataStore.getState();
    if (isActive(get().current) || !dataset || issues.length > 0) return;
    const runId = crypto.randomUUID();
    series = EMPTY_SERIES;
    count += 1;
    set({ current: { ...NEW_RUN, runId, name: `Run ${count}`, experiment, dataset } });
    const stopListening = engine.onRun(runId, (event) => {
      receive(runId, event);
      if (event.kind === "ended" || event.kind === "failed") stopListening();
    });
    try {
      await engine.call("train.start", { runId, experiment, backend: get().backendChoice });
    } catch (error) {
      stopListening();
      fail(runId, asEngineError(error), null);
    }
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
      runs: runs.map((run) => (run.runId === runId ? { ...run, name } : run)),
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

const NEW_RUN: Omit<CurrentRun, "runId" | "name" | "experiment" | "dataset"> = {
  phase: "preparing",
  detail: "Starting",
  progress: null,
  backend: null,
  totalSteps: 0,
  stepsPerEpoch: 0,
  parameters: 0,
  trainableParameters: 0,
  steps: [],
  lastStep: null,
  epochs: [],
  stepsPerSecond: 0,
  msLeft: 0,
  memoryBytes: 0,
  numTensors: 0,
  checkpoint: null,
  notKept: null,
  record: null,
  error: null,
};

/** True while a run occupies the engine. */
export function isActive(run: CurrentRun | null): run is CurrentRun {
  return run !== null && ["preparing", "running", "paused", "evaluating"].includes(run.phase);
}

function change(runId: string, patch: Partial<CurrentRun>): void {
  useRunStore.setState(({ current }) => (current?.runId === runId ? { current: { ...current, ...patch } } : {}));
}

function receive(runId: string, event: RunEvent): void {
  switch (event.kind) {
    case "state":
      change(runId, { phase: event.state, detail: event.detail, progress: null });
      break;
    case "progress":
      change(runId, { progress: { what: event.what, done: event.done, total: event.total } });
      break;
    case "started": {
      const { kind: _, ...started } = event;
      change(runId, { ...started, progress: null });
      useRunStore.setState({ modelRunId: runId, backend: event.backend });
      break;
    }
    case "steps": {
      series = appendSteps(series, event.steps);
      const { stepsPerSecond, msLeft, memoryBytes, numTensors } = event;
      const lastStep = event.steps.at(-1) ?? useRunStore.getState().current?.lastStep ?? null;
      change(runId, { steps: series.points, lastStep, stepsPerSecond, msLeft, memoryBytes, numTensors });
      break;
    }
    case "epoch":
      change(runId, { epochs: [...(useRunStore.getState().current?.epochs ?? []), event.epoch] });
      break;
    case "checkpoint":
      change(runId, { checkpoint: event, notKept: null });
      break;
    case "not-kept":
      change(runId, { notKept: event.message });
      break;
    case "ended":
      // The record knows how all steps were taken, not the first alone.
      change(runId, {
        phase: event.record.status,
        detail: "",
        progress: null,
        msLeft: 0,
        record: event.record,
        backend: event.record.backend,
      });
      keep(runId, event.record, true);
      break;
    case "failed":
      fail(runId, new EngineCallError(event.error), event.record);
      break;
    default:
      event satisfies never;
  }
}

function fail(runId: string, error: EngineCallError, record: RunRecord | null): void {
  const cancelled = error.kind === "cancelled";
  change(runId, {
    phase: cancelled ? "stopped" : "failed",
    detail: "",
    progress: null,
    error: cancelled ? null : error,
  });
  if (record) keep(runId, record, false);
  loseModel(runId);
}

const lastWithWeights = (runs: readonly FinishedRun[]): string | null =>
  runs.findLast(({ hasWeights }) => hasWeights)?.runId ?? null;

/** A model's weights are gone: where it was the one in use, the latest that is still there takes its place. */
export function loseModel(runId: string): void {
  useRunStore.setState(({ modelRunId, runs }) => (modelRunId === runId ? { modelRunId: lastWithWeights(runs) } : {}));
}

function keep(runId: string, record: RunRecord, hasWeights: boolean): void {
  const name = useRunStore.getState().current?.name ?? "Run";
  useRunStore.setState(({ runs }) => ({ runs: [...runs, { runId, name, record, hasWeights }] }));
}

/** The engine was replaced: an active run has failed with the cause, and no run has weights any more. */
export function loseEngine(cause: EngineCallError): void {
  const { current } = useRunStore.getState();
  if (isActive(current)) fail(current.runId, cause, null);
  useRunStore.setState(({ runs }) => ({
    modelRunId: null,
    runs: runs.map((run) => ({ ...run, hasWeights: false })),
  }));
}
