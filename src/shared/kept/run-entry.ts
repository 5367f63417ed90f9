import type { Experiment } from "../experiment.ts";
import type { BackendReport, Evaluation, RunRecord, RunStatus } from "../run-record.ts";
import type { BackendChoice } from "../task.ts";

/** Scores on the test items, without the report and the matrix. */
export type TestScores = Pick<Evaluation, "loss" | "accuracy" | "macroF1" | "expectedCalibrationError">;

/** A finished run in figures: what a table of a thousand runs can hold of each. */
export interface RunFigures {
  backend: Pick<BackendReport, "name" | "adapter">;
  dataset: Pick<RunRecord["dataset"], "train" | "validation" | "test" | "sha256"> & { classes: number };
  /** Epochs and steps that were trained. */
  epochs: number;
  steps: number;
  /** Forward passes of training: steps * batch size * K. */
  passes: number;
  trainLoss: number | null;
  validationLoss: number | null;
  validationAccuracy: number | null;
  validationMacroF1: number | null;
  /** One clean pass; null without a test set. */
  test: TestScores | null;
  /** K' passes pooled with f'. */
  testPooled: TestScores | null;
  parameters: number;
  trainableParameters: number;
  totalMs: number;
  msPerStep: number;
}

/** The latest checkpoint of a run that has not ended. Steps and epochs count from 1. */
export interface CheckpointEntry {
  step: number;
  totalSteps: number;
  epoch: number;
  /** When it was written, in ISO 8601. */
  at: string;
  bytes: number;
}

/** A run's place in what it was started with: several seeds of one configuration, or a sweep. */
export interface SweepPlace {
  sweepId: string;
  /** Number of the point in the sweep's plan, from 0. */
  point: number;
}

/**
 * `going`: in this tab or (`elsewhere`) another; `interrupted`: it was cut off, and goes on from its checkpoint where
 * it has one; else as its record says.
 */
export type RunEntryStatus = "going" | "elsewhere" | "interrupted" | RunStatus;

/** A run as it is listed; its record and its weights are read when they are asked for. */
export interface RunEntry {
  runId: string;
  /** `Run 3`, until it is renamed. */
  name: string;
  notes: string;
  tags: string[];
  /** When it was started, in ISO 8601. */
  startedAt: string;
  status: RunEntryStatus;
  /** Why it failed or was cut off; null for any other. */
  reason: string | null;
  experiment: Experiment;
  /** What it was asked to compute on. */
  backend: BackendChoice;
  /** What was opened: its name, and the identity of its content, by which it can be opened again. */
  source: { name: string; contentId: string };
  sweep: SweepPlace | null;
  /** Null until it has ended. */
  figures: RunFigures | null;
  checkpoint: CheckpointEntry | null;
  /** Whether its weights can be used: kept on disk, or held by the engine. */
  hasWeights: boolean;
  /** True where it outlasts the tab. */
  kept: boolean;
  /** What it takes on disk. */
  bytes: number;
}

const scores = (evaluation: Evaluation | null): TestScores | null => {
  if (!evaluation) return null;
  const { loss, accuracy, macroF1, expectedCalibrationError } = evaluation;
  return { loss, accuracy, macroF1, expectedCalibrationError };
};

/** A record in figures. */
export function figuresOf(record: RunRecord): RunFigures {
  const { backend, dataset, epochs, steps, model, timing, experiment } = record;
  const last = epochs.at(-1);
  return {
    backend: { name: backend.name, adapter: backend.adapter },
    dataset: {
      train: dataset.train,
      validation: dataset.validation,
      test: dataset.test,
      sha256: dataset.sha256,
      classes: dataset.classes.length,
    },
    epochs: epochs.length,
    steps: steps.length,
    passes: steps.length * experiment.batchSize * experiment.repeat.k,
    trainLoss: last?.trainLoss ?? null,
    validationLoss: last?.validationLoss ?? null,
    validationAccuracy: last?.validationAccuracy ?? null,
    validationMacroF1: last?.validationMacroF1 ?? null,
    test: scores(record.test),
    testPooled: scores(record.testPooled),
    ...model,
    totalMs: timing.totalMs,
    msPerStep: timing.msPerStep,
  };
}

/** `Run` and one more than the largest number there is, so that no name comes twice. */
export function nextRunName(runs: readonly { readonly name: string }[]): string {
  const numbers = runs.map(({ name }) => Number(/^Run (\d{1,9})$/.exec(name)?.[1] ?? 0));
  return `Run ${numbers.reduce((a, b) => Math.max(a, b), 0) + 1}`;
}
