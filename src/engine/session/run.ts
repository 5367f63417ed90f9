import type { Experiment } from "../../shared/experiment.ts";
import { hasNoiseBelow, isFrozen } from "../../shared/noise-misfits.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, RunRecord } from "../../shared/run-record.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import type { Backbones } from "../features/backbones.ts";
import { ENCODING } from "../features/frozen-features.ts";
import { networkData } from "../features/network-data.ts";
import { TFJS_VERSION } from "../tf.ts";
import { batchesPerEpoch, batchingOf } from "../train/batches.ts";
import { RunControl } from "../train/control.ts";
import { DeviceData, type NetworkData } from "../train/device-data.ts";
import type { EpochPredictions } from "../train/epoch-predictions.ts";
import { refuseMissingLayers, refuseWhatCannotFit } from "../train/fit.ts";
import { type LoopResult, trainLoop } from "../train/loop.ts";
import type { LoopState } from "../train/loop-state.ts";
import { encodeLoopState, type KeptLoop } from "../train/loop-state-file.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { type RunOrigin, refuseOtherRun } from "../train/run-origin.ts";
import { type Trainer, trainerOn } from "../train/trainer.ts";
import type { SettleBackend } from "./calibrate.ts";
import { exampleRow, trainCounts, usedItems } from "./dataset-items.ts";
import { datasetRecord } from "./dataset-record.ts";
import { compileTraining } from "./probe.ts";
import { type FinishedRun, heldOutScores, timingOf } from "./run-result.ts";
import { inputSpec } from "./single-input.ts";
import type { DataShape } from "./synthetic-data.ts";
import { VERSION } from "./version.ts";

/** What a run needs to begin. */
export interface RunSetup {
  readonly runId: string;
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** Makes the backend current on which the run will train. */
  readonly settle: SettleBackend;
  readonly backbones: Backbones;
  /** Where it goes on; experiment and data are to be those of the checkpoint. */
  readonly resume?: KeptLoop;
  /** Where its checkpoints go. What it rejects with is told, and ends nothing. */
  readonly keep?: (checkpoint: RunCheckpoint) => Promise<void>;
}

/** A run as it can be gone on with. */
export interface RunCheckpoint {
  /** A file of its own, which `decodeLoopState` reads. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Steps taken, of so many. */
  readonly step: number;
  readonly totalSteps: number;
  /** The epoch that it is in, or that comes next. */
  readonly epoch: number;
}

/** One training run from its data set to its record. */
export class Run {
  readonly control = new RunControl();
  readonly #abort = new AbortController();
  /** The model in training, for the lens and for predictions while it goes on. */
  trainer: Trainer | null = null;
  #backend: BackendReport | null = null;
  #pretrained: PretrainedSummary | null = null;
  /** Compilation for WebGPU while a frozen backbone encodes. */
  #ahead: Promise<void> | null = null;
  /** What was said of the validation items after the epochs so far, as far as it is kept. */
  history: readonly EpochPredictions[] = [];
  #result: FinishedRun | null = null;

  constructor(readonly setup: RunSetup) {}

  /** The result; null until the run has ended well or was stopped. */
  get result(): FinishedRun | null {
    return this.#result;
  }

  /** Calls the run off while it still prepares; a run that trains is stopped by its control. */
  cancelPreparation(): void {
    this.#abort.abort();
  }

  /** The model as its weights stand now; null before training begins and after it has ended. */
  async model(): Promise<TrainedModel | null> {
    if (!this.trainer) return null;
    const { experiment, dataset } = this.setup;
    const params = await this.trainer.read();
    const input = inputSpec(dataset.inputs, await exampleRow(dataset));
    const pretrained = this.#pretrained;
    return {
      experiment: pinned(experiment, pretrained),
      classes: dataset.classes,
      input,
      params,
      pretrained,
      temperature: null,
    };
  }

  /** Trains and evaluates, telling what happens. The device holds nothing of it afterwards. */
  async *events(): AsyncGenerator<RunEvent> {
    const began = performance.now();
    const { experiment, dataset, resume } = this.setup;
    yield { kind: "state", state: "preparing", detail: "" };
    const queue: RunEvent[] = [];
    this.#pretrained = await this.setup.backbones.load.describe(experiment);
    if (resume) refuseOtherRun(resume.origin, this.#origin);
    const data = yield* this.#encoded(queue);
    await this.#ahead;
    const settling = resume ? "Starting the backend that it trained on" : "Finding the fastest backend for this model";
    yield { kind: "state", state: "preparing", detail: settling };
    const stepsPerEpoch = batchesPerEpoch(dataset.splits.train, dataset.labels, batchingOf(experiment));
    const totalSteps = stepsPerEpoch * experiment.epochs;
    const settled = await this.#settled(data, totalSteps);
    yield { kind: "state", state: "preparing", detail: "Compiling" };
    await this.#compile(data);
    if (this.control.stopping) throw new CancelledError("The run was stopped before its first step.");
    yield* this.#train(data, settled, { stepsPerEpoch, totalSteps, began });
  }

  async *#train(
    data: NetworkData,
    settled: BackendReport,
    { stepsPerEpoch, totalSteps, began }: { stepsPerEpoch: number; totalSteps: number; began: number },
  ): AsyncGenerator<RunEvent> {
    const { experiment, dataset, resume } = this.setup;
    const device = new DeviceData(data);
    try {
      const network = buildNetwork(experiment, data.input, dataset.classes.length);
      refuseMissingLayers(experiment, network);
      refuseWhatCannotFit(experiment, network);
      const model = new Model(network, experiment, device, trainCounts(dataset));
      const path = resume?.origin.backend.steps?.path;
      const trainer = trainerOn(path, model, network.init(experiment.seed), totalSteps);
      this.trainer = trainer;
      const backend = { ...settled, steps: trainer.report };
      this.#backend = backend;
      this.history = resume?.state.history ?? [];
      yield { kind: "started", backend, stepsPerEpoch, totalSteps, ...this.#sizeOf(trainer) };
      yield { kind: "state", state: "running", detail: "" };
      const { train, validation } = dataset.splits;
      const loopData = { train, validation, labels: dataset.labels, classes: dataset.classes };
      const loop = yield* trainLoop(trainer, loopData, this.control, {
        began,
        said: (history) => {
          this.history = history;
        },
        ...(resume ? { from: resume.state } : {}),
        ...(this.setup.keep ? { keep: (state) => this.#keep(state, totalSteps) } : {}),
      });
      yield { kind: "state", state: "evaluating", detail: "" };
      yield { kind: "ended", record: await this.#finish(trainer, loop) };
    } finally {
      this.trainer?.dispose();
      this.trainer = null;
      device.dispose();
    }
  }

  /** Encodes the inputs, turning progress into events. */
  async *#encoded(queue: RunEvent[]) {
    const { experiment, dataset, backbones } = this.setup;
    let wake: () => void = () => {};
    const work: Work = {
      signal: this.#abort.signal,
      progress: (what, done, total) => {
        queue.push({ kind: "progress", what, done, total });
        wake();
        // Where features are computed rather than read, the backbone is there by now.
        if (what === ENCODING) this.#ahead ??= this.#featureShape(work).then((shape) => this.#compile(shape));
      },
    };
    const keyed = { ...dataset, key: dataset.summary.contentSha256 };
    let settled = false;
    const encoding = networkData(experiment, keyed, usedItems(dataset), backbones, work).finally(() => {
      settled = true;
      wake();
    });
    // The rejection is handled by the await below; this keeps it from being reported in between.
    encoding.catch(() => {});
    while (!settled) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (settled || queue.length > 0) resolve();
      });
      yield* queue.splice(0);
      if (this.control.stopping) this.#abort.abort();
    }
    const data = await encoding;
    if (this.control.stopping) throw new CancelledError("The run was stopped before its first step.");
    return data;
  }

  #compile(shape: DataShape): Promise<void> {
    const { experiment, dataset } = this.setup;
    return compileTraining({ experiment, shape, trainCounts: trainCounts(dataset), signal: this.#abort.signal });
  }

  /** The shape that the features of a frozen backbone will have. */
  async #featureShape(work: Work): Promise<DataShape> {
    const { experiment, dataset, backbones } = this.setup;
    const size = await backbones.frozen.featureSize(experiment, work);
    const views = hasNoiseBelow(experiment) ? experiment.repeat.views : 0;
    const numClasses = dataset.classes.length;
    return { input: { modality: "features", size }, views, scale: 1, numClasses, stdDevs: null, emptyRow: null };
  }

  /** A run that goes on stays where it was, and its report says why it was there. */
  async #settled(data: NetworkData, steps: number): Promise<BackendReport> {
    const { experiment, dataset, settle, resume } = this.setup;
    const before = resume?.origin.backend;
    const settled = await settle(experiment, data, trainCounts(dataset), steps, this.#abort.signal, before?.name);
    return before ? { ...before, adapter: settled.adapter } : settled;
  }

  /** What this is a run of. */
  get #origin(): Omit<RunOrigin, "backend"> {
    const { experiment, dataset } = this.setup;
    return { experiment, dataset: dataset.summary.sha256, commit: this.#pretrained?.commit ?? null };
  }

  async #keep(state: LoopState, totalSteps: number): Promise<number> {
    const origin = { ...this.#origin, backend: this.#backend as BackendReport };
    const bytes = encodeLoopState({ state, origin });
    const { checkpoint, position } = state;
    await this.setup.keep?.({ bytes, step: checkpoint.step, totalSteps, epoch: position.epoch });
    return bytes.byteLength;
  }

  /** Weights of the model, those of a frozen backbone included where it is one by name, and how many are trained. */
  #sizeOf({ layout, model }: Trainer): RunRecord["model"] {
    const below = isFrozen(this.setup.experiment) ? (this.#pretrained?.parameters ?? 0) : 0;
    return {
      parameters: below + layout.size + model.network.frozenParameters,
      trainableParameters: layout.size,
    };
  }

  async #finish(trainer: Trainer, loop: LoopResult): Promise<RunRecord> {
    const { experiment, dataset, runId } = this.setup;
    const ended = performance.now();
    const { heldOut, ...scores } = await heldOutScores(trainer, dataset);
    const record: RunRecord = {
      version: 1,
      status: loop.status,
      stoppedEarly: loop.stoppedEarly,
      software: { refrain: VERSION, tfjs: TFJS_VERSION },
      experiment,
      // Some batches may have been taken another way than the first.
      backend: { ...(this.#backend as BackendReport), steps: trainer.report },
      dataset: datasetRecord(dataset),
      model: this.#sizeOf(trainer),
      pretrained: this.#pretrained,
      steps: loop.steps,
      epochs: loop.epochs,
      resumedAt: loop.resumedAt,
      ...scores,
      timing: timingOf(loop, performance.now() - ended),
    };
    const trained = (await this.model()) as TrainedModel;
    const temperature = record.calibration?.temperature ?? null;
    const model = { ...trained, temperature };
    this.#result = { runId, record, model, dataset: async () => dataset, heldOut, history: loop.history };
    return record;
  }
}

/** The experiment with the commit in place of a branch or tag, which may move on. */
const pinned = (experiment: Experiment, pretrained: PretrainedSummary | null): Experiment =>
  pretrained?.commit && experiment.backbone.id === "transformer"
    ? { ...experiment, backbone: { ...experiment.backbone, revision: pretrained.commit } }
    : experiment;
