import type { ClassCount } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { SweepPlace } from "../../shared/kept/run-entry.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, EpochRecord, RunRecord, StepRecord } from "../../shared/run-record.ts";
import { EngineCallError, type Progress } from "../engine-client.ts";
import { appendSteps, EMPTY_SERIES, type StepSeries } from "./step-series.ts";

export type RunPhase = "preparing" | "running" | "paused" | "evaluating" | "finished" | "stopped" | "failed";

/** What is shown of the data of a run. */
export interface RunData {
  classes: readonly ClassCount[];
  train: number;
  validation: number;
  test: number;
  /** Of the inputs and labels as the files have them. */
  contentSha256: string;
}

/** The run that is on, or the last one that was looked at. */
export interface CurrentRun {
  runId: string;
  name: string;
  phase: RunPhase;
  /** What it was started with; the experiment being edited may have moved on. */
  experiment: Experiment;
  dataset: RunData;
  sweep: SweepPlace | null;
  /** What is being done, in the engine's words. */
  detail: string;
  /** Progress of preparing or evaluating. */
  progress: Progress | null;
  backend: BackendReport | null;
  totalSteps: number;
  stepsPerEpoch: number;
  parameters: number;
  trainableParameters: number;
  /** Losses as they are drawn: at most 500 points. */
  series: StepSeries;
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

/** A run with its record: what charts can draw of one that has ended. */
export interface RecordedRun {
  runId: string;
  name: string;
  record: RunRecord;
}

type Begun = Pick<CurrentRun, "runId" | "name" | "experiment" | "dataset" | "sweep">;

/** A run before its first event. Only what is named is taken: an entry's `backend` is what was asked for, not what it got. */
export const begun = ({ runId, name, experiment, dataset, sweep }: Begun): CurrentRun => ({
  runId,
  name,
  experiment,
  dataset,
  sweep,
  phase: "preparing",
  detail: "Starting",
  progress: null,
  backend: null,
  totalSteps: 0,
  stepsPerEpoch: 0,
  parameters: 0,
  trainableParameters: 0,
  series: EMPTY_SERIES,
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
});

/** A run that has ended, as it stood at its end. */
export function ended(of: Pick<CurrentRun, "runId" | "name" | "sweep">, record: RunRecord): CurrentRun {
  const { experiment, dataset, backend, epochs, steps, model } = record;
  const { classCounts: classes, train, validation, test, contentSha256 } = dataset;
  const perEpoch = steps.findIndex(({ epoch }) => epoch > 1);
  return {
    ...begun({ ...of, experiment, dataset: { classes, train, validation, test, contentSha256 } }),
    ...model,
    phase: record.status,
    detail: "",
    backend,
    totalSteps: steps.length,
    stepsPerEpoch: perEpoch > 0 ? perEpoch : steps.length,
    series: appendSteps(EMPTY_SERIES, steps),
    lastStep: steps.at(-1) ?? null,
    epochs,
    record,
  };
}

/** True while a run occupies the engine. */
export function isActive(run: CurrentRun | null): run is CurrentRun {
  return run !== null && ["preparing", "running", "paused", "evaluating"].includes(run.phase);
}

/** The run after something has happened to it. */
export function after(run: CurrentRun, event: RunEvent): CurrentRun {
  switch (event.kind) {
    case "state":
      return { ...run, phase: event.state, detail: event.detail, progress: null };
    case "progress":
      return { ...run, progress: { what: event.what, done: event.done, total: event.total } };
    case "started": {
      const { kind: _, ...started } = event;
      return { ...run, ...started, progress: null };
    }
    case "steps": {
      const { kind: _, steps, ...figures } = event;
      return { ...run, ...figures, series: appendSteps(run.series, steps), lastStep: steps.at(-1) ?? run.lastStep };
    }
    case "epoch":
      return { ...run, epochs: [...run.epochs, event.epoch] };
    case "checkpoint":
      return { ...run, checkpoint: event, notKept: null };
    case "not-kept":
      return { ...run, notKept: event.message };
    case "ended": {
      // The record knows how all steps were taken, not the first alone.
      const { record } = event;
      return { ...run, phase: record.status, detail: "", progress: null, msLeft: 0, record, backend: record.backend };
    }
    case "failed":
      return failed(run, new EngineCallError(event.error));
    default:
      return event satisfies never;
  }
}

/** The run after it came to nothing; one that was called off is no failure. */
export function failed(run: CurrentRun, error: EngineCallError): CurrentRun {
  const cancelled = error.kind === "cancelled";
  const phase = cancelled ? "stopped" : "failed";
  return { ...run, phase, detail: "", progress: null, error: cancelled ? null : error };
}
