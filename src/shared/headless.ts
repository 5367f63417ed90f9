import type { ExperimentFile } from "./experiment.ts";
import type { ModelName } from "./pretrained.ts";
import type { EngineError, RunEvent } from "./protocol.ts";
import type { RunRecord } from "./run-record.ts";
import type { BackendChoice, Split } from "./task.ts";

/** What a run without a page came to. `model`: safetensors bytes in base64. */
export type HeadlessOutcome =
  | { record: RunRecord; model: string; error: null }
  | { record: null; model: null; error: EngineError };

/** What opening data for a sweep came to: the training items and the identity of the data set, as its first run has them. */
export type HeadlessOpening =
  | { train: number; sha256: string; error: null }
  | { train: null; sha256: null; error: EngineError };

/** What one run of a sweep came to. */
export type HeadlessRun = { record: RunRecord; error: null } | { record: null; error: EngineError };

/** What the studio offers on its global object when it is opened at `#headless`, for the command line. */
export interface HeadlessApi {
  /** Trains on the files that were put into the page's file inputs, or on a built-in sample. */
  refrainTrain(
    file: ExperimentFile,
    roles: Partial<Record<Split, string>>,
    backend: BackendChoice,
  ): Promise<HeadlessOutcome>;
  /** Opens the files that were put into the page's file inputs, or a built-in sample, for all runs of a sweep. */
  refrainOpen(first: ExperimentFile, roles: Partial<Record<Split, string>>): Promise<HeadlessOpening>;
  /** Trains on what is open, in the same engine as the runs before. It keeps no model. */
  refrainRun(file: ExperimentFile, backend: BackendChoice): Promise<HeadlessRun>;
  /** Keeps the model whose folder was just chosen, and says what an experiment calls it. */
  refrainKeepModel(): Promise<{ name: ModelName; error: null } | { name: null; error: EngineError }>;
  /** Keeps the folder that was just chosen, so that another can be. */
  refrainKeepFolder(): void;
  /** Offers the whole model that was just trained as a download, with this card; the error where it cannot be had. */
  refrainExport(card: string): Promise<EngineError | null>;
  /** Set by the command line: told of every event. */
  refrainTell?(event: RunEvent): void;
}
