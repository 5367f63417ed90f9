import type { CompareCalls } from "./compare-calls.ts";
import type { DatasetSummary, Input, Item, SourceSummary } from "./dataset.ts";
import type { DoctorCalls } from "./examination.ts";
import type { Experiment } from "./experiment.ts";
import type { SweepPlace } from "./kept/run-entry.ts";
import type { StoreCalls } from "./kept/store-calls.ts";
import type { MethodCalls } from "./method-calls.ts";
import type { PretrainedCalls, PretrainedSummary } from "./pretrained.ts";
import type { BackendReport, EpochRecord, RunRecord, StepRecord } from "./run-record.ts";
import type { BackendChoice, Level, Split } from "./task.ts";

/** A file as it was dropped: its path inside a dropped folder, or just its name. */
export interface NamedFile {
  path: string;
  file: Blob;
}

/** Where data comes from, as it is brought. */
export type OpenableSource =
  | { kind: "files"; files: NamedFile[]; roles?: Partial<Record<Exclude<Split, "train">, string>> }
  | { kind: "text"; name: string; text: string }
  | { kind: "sample"; id: string };

/** Where data comes from. `kept`: what was trained on before, by the identity of its content. */
export type DataSource = OpenableSource | { kind: "kept"; contentId: string };

/** Probabilities over the classes, in the order of the data set's classes. */
export type Probabilities = number[];

/** One of the K views of an input after input noise, as it can be drawn. */
export type View =
  | { modality: "table"; values: number[] }
  /** Tokens in the order in which they are read; those left out stand behind the one that they followed. */
  | { modality: "text"; tokens: { text: string; kept: boolean; moved: boolean }[] }
  | { modality: "image"; width: number; height: number; rgba: Uint8ClampedArray };

/** The repeat lens: what happens to one sample on its way to the loss. */
export interface LensResult {
  item: Item;
  /** The K views; tables give encoded features in the order of `DatasetSummary.input.features`. */
  views: View[];
  /** Encoded features of the clean table row; empty for other inputs. */
  clean: number[];
  /** softmax of each repeat's logits: [K][classes]; at the level `features`, of the head on each repeat's features. */
  outputs: Probabilities[];
  /** The logits behind `outputs`: [K][classes]. */
  logits: number[][];
  /** Probabilities of the pooled output. At the level `loss`: the mean of the probabilities. */
  pooled: Probabilities;
  /** The loss that training would use here, and what it would be at every level with the same f. */
  loss: number;
  losses: Record<Level, number>;
  /** One clean pass. */
  cleanPass: Probabilities;
  /** False where the weights are still the initial ones. */
  trained: boolean;
}

/** A prediction for a new input: one clean pass, and K' passes pooled with f'. */
export interface Prediction {
  classes: string[];
  clean: Probabilities;
  pooled: Probabilities;
  /** Standard deviation over the K' repeats of each class's probability. */
  spread: Probabilities;
}

/** A held-out item with what the model says of it in one clean pass. */
export interface ItemPrediction {
  item: Item;
  predicted: string;
  confidence: number;
  /** Empty for an earlier epoch, of which only class and confidence are kept. */
  probabilities: Probabilities;
}

/** Which held-out predictions to list. */
export type PredictionQuery =
  | { kind: "cell"; truth: number; predicted: number }
  | { kind: "confident-mistakes" }
  | { kind: "uncertain" };

/** What a trained model needs of an input, so that the page can ask for it. */
export interface ModelSummary {
  runId: string;
  experiment: Experiment;
  classes: string[];
  parameters: number;
  trainableParameters: number;
  /** Table columns that a row must have, with the categories known in training. */
  columns: { name: string; kind: "numeric" | "categorical"; categories: string[]; example: string }[];
  imageShape: { height: number; width: number; channels: number } | null;
  /** The pretrained model by name that its backbone is; null for any other backbone. */
  pretrained: PretrainedSummary | null;
}

/** What a run will cost, measured on a few steps. */
export interface CostEstimate {
  msPerStep: number;
  /** The same step with K = 1. */
  msPerStepK1: number;
  steps: number;
  totalMs: number;
  bytes: number;
}

/** Everything the page can ask of the engine: arguments and result of each call. */
export interface Calls extends CompareCalls, DoctorCalls, MethodCalls, PretrainedCalls, StoreCalls {
  "engine.describe": { arguments: { backend: BackendChoice }; result: BackendReport };
  "data.open": { arguments: { source: DataSource; skipBad: boolean; maxRows?: number }; result: SourceSummary };
  /** Encodes and splits what is open. Keeps the previous data set where it fails. */
  "data.prepare": { arguments: { experiment: Experiment }; result: DatasetSummary };
  /** A page of the opened source's items in file order, before or after it is prepared. */
  "data.items": {
    arguments: { offset: number; limit: number; split?: Split };
    result: { items: Item[]; total: number };
  };
  "train.start": {
    arguments: {
      runId: string;
      experiment: Experiment;
      backend: BackendChoice;
      /** As what it is kept on disk, with its data and its checkpoints; null where it is not. */
      keep: { name: string; sweep: SweepPlace | null } | null;
    };
    result: { dataset: DatasetSummary };
  };
  /** Goes on with a run that was cut off, from its checkpoint, on the backend that it began on. */
  "train.resume": { arguments: { runId: string }; result: { dataset: DatasetSummary } };
  "train.estimate": { arguments: { experiment: Experiment; backend: BackendChoice }; result: CostEstimate };
  "lens.show": {
    arguments: { experiment: Experiment; item: number | null; runId: string | null; draw: number };
    result: LensResult;
  };
  "model.predict": { arguments: { runId: string; input: Input; draw: number }; result: Prediction };
  /**
   * Held-out items that answer a query. `epoch`: by what was said of the validation items after that epoch, while the run
   * goes on, too; where left out, by the weights as they are now.
   */
  "model.predictions": {
    arguments: { runId: string; split: "validation" | "test"; query: PredictionQuery; limit: number; epoch?: number };
    result: { predictions: ItemPrediction[]; total: number };
  };
  /** safetensors bytes, the experiment and all that prediction needs in its metadata. */
  "model.save": { arguments: { runId: string }; result: { bytes: Uint8Array<ArrayBuffer>; name: string } };
  /**
   * A zip of the whole model in the layout of Hugging Face's libraries: a transformer by name, what was trained merged in.
   * `card`: what its README.md says.
   */
  "model.export": { arguments: { runId: string; card: string }; result: { zip: Blob } };
  "model.load": { arguments: { file: Blob; name: string; runId: string }; result: ModelSummary };
  "model.describe": { arguments: { runId: string }; result: ModelSummary };
  "model.drop": { arguments: { runId: string }; result: null };
}

export type CallName = keyof Calls;
export type Arguments<N extends CallName> = Calls[N]["arguments"];
export type Result<N extends CallName> = Calls[N]["result"];

/** An error as it crosses the boundary. `data` problems are shown beside the data, the rest as a message. */
export interface EngineError {
  kind: "data" | "experiment" | "cancelled" | "device-lost" | "engine";
  message: string;
  problems?: import("./dataset.ts").DataProblem[];
  /** True where opening again with `skipBad` would leave out the bad items and go on. */
  canSkip?: boolean;
  skippable?: number;
  cause?: string;
}

/**
 * Controls pass the queue of calls: they act on what runs now. `checkpoint` has a run kept as it is after the step that
 * it is at.
 */
export type ControlAction = "stop" | "pause" | "step" | "resume" | "checkpoint";

export type ToEngine =
  | { [N in CallName]: { type: "call"; id: number; call: N; arguments: Arguments<N> } }[CallName]
  | { type: "cancel"; id: number }
  | { type: "control"; runId: string; action: ControlAction }
  /** Answered at once by a `pong`, past the queue: how the page knows that the engine still answers. */
  | { type: "ping" };

export type RunState = "preparing" | "running" | "paused" | "evaluating";

/** What a run tells while it goes on. */
export type RunEvent =
  | { kind: "state"; state: RunState; detail: string }
  /** Feature computation, model download and the like. `total` 0: unknown. */
  | { kind: "progress"; what: string; done: number; total: number }
  | {
      kind: "started";
      backend: BackendReport;
      stepsPerEpoch: number;
      totalSteps: number;
      parameters: number;
      trainableParameters: number;
    }
  | {
      kind: "steps";
      steps: StepRecord[];
      stepsPerSecond: number;
      msLeft: number;
      memoryBytes: number;
      numTensors: number;
    }
  | { kind: "epoch"; epoch: EpochRecord }
  /** The run is kept as it was after `step` and can be gone on with from there; `at` in ISO 8601. */
  | { kind: "checkpoint"; step: number; epoch: number; at: string; bytes: number }
  /** A checkpoint could not be kept; the run goes on, and the one before is still there. */
  | { kind: "not-kept"; message: string }
  | { kind: "ended"; record: RunRecord }
  | { kind: "failed"; error: EngineError; record: RunRecord | null };

export type FromEngine =
  | { type: "ready" }
  | { type: "pong" }
  | { [N in CallName]: { type: "result"; id: number; call: N; result: Result<N> } }[CallName]
  | { type: "error"; id: number; error: EngineError }
  | { type: "progress"; id: number; what: string; done: number; total: number }
  | { type: "run"; runId: string; event: RunEvent }
  /** Another tab changed what is kept. */
  | { type: "store"; change: "runs" | "sources" };
