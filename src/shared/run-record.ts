import type { ClassCount, EditCounts, InputShape } from "./dataset.ts";
import type { Experiment } from "./experiment.ts";
import type { PretrainedSummary } from "./pretrained.ts";
import type { ClassificationReport, ConfusionMatrix } from "./report.ts";
import type { BackendName } from "./task.ts";

/** Loss of one training step; steps and epochs count from 1. */
export interface StepRecord {
  step: number;
  epoch: number;
  loss: number;
}

/**
 * What one epoch came to. `validationLoss` is the training objective in one clean pass over the whole validation set
 * (as one batch; class weights are training's), without what the disagreement of repeats adds: a single pass has none.
 * Without a validation set its fields are null. Pooled: K' passes pooled with f'.
 */
export interface EpochRecord {
  epoch: number;
  step: number;
  trainLoss: number;
  validationLoss: number | null;
  validationAccuracy: number | null;
  validationMacroF1: number | null;
  validationConfusionMatrix: ConfusionMatrix | null;
  validationPooledAccuracy: number | null;
}

/** Scores on a held-out set. */
export interface Evaluation {
  /** Cross-entropy, -log p of the truth, whatever the objective was: so that runs can be compared. */
  loss: number;
  accuracy: number;
  macroF1: number;
  expectedCalibrationError: number;
  report: ClassificationReport;
  confusionMatrix: ConfusionMatrix;
}

/** How far confidence and accuracy agree: mean negative log-likelihood, and expected calibration error. */
export interface CalibrationScore {
  loss: number;
  expectedCalibrationError: number;
}

/**
 * Calibration of one clean pass before and after dividing the logits by a temperature, which was fitted on the
 * validation items alone. Accuracy stays as it is.
 */
export interface CalibrationRecord {
  temperature: number;
  validation: { before: CalibrationScore; after: CalibrationScore };
  /** Null without a test set. */
  test: { before: CalibrationScore; after: CalibrationScore } | null;
}

/**
 * How a backend did when steps of the run's own model were timed on it. `extrapolated` from steps of fewer rows (`rows`
 * of `ofRows` went through the network); `at-least`: a step of fewer rows took that long already, so it was left at that.
 */
export type BackendFigure = { name: BackendName } & (
  | { kind: "measured"; msPerStep: number }
  | { kind: "extrapolated" | "at-least"; msPerStep: number; rows: number; ofRows: number }
  | { kind: "failed"; why: string }
);

/**
 * Ways to take training steps: operation by operation; so, but for loss and update; such a step recorded once and
 * replayed; or in a few kernels of our own.
 */
export type StepPath = "eager" | "mixed" | "captured" | "fused";

/** How steps are taken, and why not faster. */
export interface StepsReport {
  path: StepPath;
  reason: string;
  /** What stands against recording the steps, or those of some shapes of batch, the operation named; null where nothing does. */
  refused: string | null;
}

/** The backend a run used and why. `figures`: what was measured before choosing; empty where nothing was. */
export interface BackendReport {
  name: BackendName;
  adapter: string | null;
  reason: string;
  figures: BackendFigure[];
  /** How a run took its steps there; left out where nothing has trained yet. */
  steps?: StepsReport;
}

/** `stopped`: by the user, or by early stopping when `stoppedEarly` is set in the record. */
export type RunStatus = "finished" | "stopped" | "failed";

/** Everything a run leaves behind but its weights; the content of run.json. */
export interface RunRecord {
  version: 1;
  status: RunStatus;
  stoppedEarly: boolean;
  software: { refrain: string; tfjs: string };
  experiment: Experiment;
  backend: BackendReport;
  dataset: {
    classes: string[];
    train: number;
    validation: number;
    test: number;
    /** Items of each class by the labels of the files or as edited, before any were flipped. */
    classCounts: ClassCount[];
    input: InputShape;
    /** Training items whose label was flipped to another class. */
    flippedLabels: number;
    /** Items relabelled or excluded by hand. Where held-out ones are among them, scores are of another held-out set. */
    edits: EditCounts;
    /** Pairs of equal inputs of which one is in training and the other is held out. */
    duplicatesBetweenSplits: number;
    sha256: string;
    /** As `sha256`, without the edits. */
    contentSha256: string;
  };
  model: { trainableParameters: number; parameters: number };
  /** The pretrained model by name that the backbone is; null for any other backbone. */
  pretrained: PretrainedSummary | null;
  steps: StepRecord[];
  epochs: EpochRecord[];
  /** Steps after which it was cut off and later gone on with; none for a run of one piece. */
  resumedAt: number[];
  /** One clean pass; null without a test set. */
  test: Evaluation | null;
  /** K' passes pooled with f'; null without a test set. */
  testPooled: Evaluation | null;
  /** Null without a validation set, or where its items set no temperature. */
  calibration: CalibrationRecord | null;
  timing: { totalMs: number; trainMs: number; msPerStep: number; firstStepMs: number };
}
