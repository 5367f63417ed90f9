import type { Experiment } from "./experiment.ts";
import type { Pooling } from "./plugins/poolings/index.ts";
import type { ReliabilityBin } from "./report.ts";
import type { Level } from "./task.ts";

/** The model a panel looks at: an experiment and the weights it is looked at with. */
export interface MethodSubject {
  experiment: Experiment;
  /** Weights of a run, as they stand now, where they fit the experiment; else freshly initialised ones. */
  runId: string | null;
  /** Another number draws other noise. */
  draw: number;
}

export type HeldOutSplit = "validation" | "test";

/** Mean loss of one batch at every level under the same draws, with the chosen f and with the mean. */
export interface JensenResult {
  k: number;
  items: number;
  trained: boolean;
  /** Null where f makes no sense at the level. */
  chosen: Record<Level, number | null>;
  mean: Record<Level, number>;
  /** For how many of the items the mean of the losses is at least the loss of the mean, to float32's rounding. */
  holds: { probabilities: number; logits: number };
}

/** How many draws to take at each K. */
export type GradientPlan = { k: number; draws: number }[];

/** Variance of the gradient over draws of the noise alone, theta and batch held fixed. */
export interface GradientNoise {
  points: {
    k: number;
    draws: number;
    /** Mean over the parameters of the variance over the draws. */
    variance: number;
    /** Standard error of `variance`, from the spread between pairs of draws. */
    standardError: number;
    /** What a mean of K independent passes would have: exact for the mean at the level `loss`. */
    law: number;
  }[];
  items: number;
  parameters: number;
  /** Views a sample of the bank the passes are drawn from without replacement; 0 where each has fresh noise. */
  bank: number;
  trained: boolean;
}

export interface Scores {
  accuracy: number;
  macroF1: number;
}

/** How a model does under every way of pooling at test time. */
export interface InferenceGrid {
  split: HeldOutSplit;
  items: number;
  level: Level;
  /** What it was trained with. */
  trainedWith: { pooling: Pooling; k: number };
  ks: number[];
  /** A row an inference pooling f'; null where the bank holds fewer views than K'. */
  rows: { pooling: Pooling; cells: (Scores | null)[] }[];
  clean: Scores;
}

/** How far stated confidence and accuracy agree. */
export interface Reliability {
  /** Mean negative log-likelihood of the truth. */
  loss: number;
  accuracy: number;
  expectedCalibrationError: number;
  bins: ReliabilityBin[];
}

/** Calibration of one clean pass, as it is and with a temperature fitted on the validation items. */
export interface CalibrationResult {
  split: HeldOutSplit;
  items: number;
  /** Validation items the temperature is fitted on. */
  fittedOn: number;
  /** Null without validation items, and where they set none: all of them right, or nearly. */
  temperature: number | null;
  before: Reliability;
  after: Reliability | null;
}

/** One axis of a decision boundary: a numeric column in the data's own units. */
export interface BoundaryAxis {
  column: string;
  min: number;
  max: number;
}

/** What a model of a table predicts over a plane of two columns, all others held. */
export interface BoundaryResult {
  x: BoundaryAxis;
  y: BoundaryAxis;
  /** The grid is size x size, row by row from the smallest y, in each row from the smallest x. */
  size: number;
  classes: Uint16Array;
  /** Probability of the predicted class. */
  confidence: Float32Array;
  /** Training items at their place in the plane; `predicted` is what the plane says there. */
  points: { item: number; truth: number; predicted: number; x: number; y: number }[];
  /** Places of each point's K noisy copies, in the data's units: [points, K, 2]. */
  copies: Float32Array;
  k: number;
  /** The other columns and where they are held. */
  held: { column: string; value: string }[];
  trainItems: number;
  trained: boolean;
}

/** Calls that make the method visible on a model, without training it. */
export interface MethodCalls {
  "method.jensen": {
    arguments: MethodSubject & { split: "train" | "validation"; items: number };
    result: JensenResult;
  };
  /** Takes as many gradients as the plan has draws; refused while a run trains. */
  "method.gradient": {
    arguments: MethodSubject & { plan: GradientPlan; items: number };
    result: GradientNoise;
  };
  /** The test split is refused until the run has ended. */
  "method.inference": { arguments: { runId: string; split: HeldOutSplit }; result: InferenceGrid };
  "method.calibration": { arguments: { runId: string; split: HeldOutSplit }; result: CalibrationResult };
  "method.boundary": {
    arguments: MethodSubject & {
      x: string;
      y: string;
      /** Where the other columns are held: at their typical training values, or at an item's. */
      at: "typical" | { item: number };
      passes: "clean" | "pooled";
      size: number;
      points: number;
    };
    result: BoundaryResult;
  };
}
