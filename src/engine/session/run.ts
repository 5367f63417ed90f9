import type { Experiment } from "../../shared/experiment.ts";
import { hasNoiseBelow, isFrozen } from "../../shared/noise-misfits.ts";
import type { PretrainedSummary } from "../../shared/pretrained.ts";
import type { RunEvent } from "../../shared/protocol.ts";
import type { BackendReport, Evaluation, RunRecord } from "../../shared/run-record.ts";
import type { Split } from "../../shared/task.ts";
import { calibrationRecord } from "../analysis/calibration.ts";
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
import { type Inference, predict, score } from "../train/evaluate.ts";
import { refuseMissingLayers, refuseWhatCannotFit } from "../train/fit.ts";
import { type LoopResult, trainLoop } from "../train/loop.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";
import type { SettleBackend } from "./calibrate.ts";
import { datasetRecord } from "./dataset-record.ts";
import { compileTraining } from "./probe.ts";
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
}

/** A run's result: its record, the model, and what the model says of the held-out items in one clean pass. */
export interface FinishedRun {
  readonly runId: string;
  readonly record: RunRecord | null;
  readonly model: TrainedModel;
  readonly dataset: Dataset | null;
  readonly predictions: Partial<Record<Split, Float32Array>>;
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
    const started = performance.now();
    const { experiment, dataset } = this.setup;
    yield { kind: "state", state: "preparing", detail: "" };
    const queue: RunEvent[] = [];
    this.#pretrained = await this.setup.backbones.load.describe(experiment);
    const data = yield* this.#encoded(queue);
    await this.#ahead;
    yield { kind: "state", state: "preparing", detail: "Finding the fastest backend for this model" };
    const stepsPerEpoch = batchesPerEpoch(dataset.splits.train, dataset.labels, batchingOf(experiment));
    const totalSteps = stepsPerEpoch * experiment.epochs;
    const settled = await this.#settled(data, totalSteps);
    yield { kind: "state", state: "preparing", detail: "Compiling" };
    await this.#compile(data);
    if (this.control.stopping) throw new CancelledError("The run was stopped before its first step.");
    const device = new DeviceData(data);
    try {
      const network = buildNetwork(experiment, data.input, dataset.classes.length);
      refuseMissingLayers(experiment, network);
      refuseWhatCannotFit(experiment, network);
      const model = new Model(network, experiment, device, trainCounts(dataset));
      const trainer = new Trainer(model, network.init(experiment.seed), totalSteps, { path: "fast" });
      this.trainer = trainer;
      const backend = { ...settled, steps: trainer.report };
      this.#backend = backend;
      yield { kind: "started", backend, stepsPerEpoch, totalSteps, ...this.#sizeOf(trainer) };
      yield { kind: "state", state: "running", detail: "" };
      const { train, validation } = dataset.splits;
      const loopData = { train, validation, labels: dataset.labels, classes: dataset.classes };
      const loop = yield* trainLoop(trainer, loopData, this.control, { began: started });
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

  #settled(data: NetworkData, steps: number): Promise<BackendReport> {
    const { experiment, dataset, settle } = this.setup;
    return settle(experiment, data, trainCounts(dataset), steps, this.#abort.signal);
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
    const { model, params } = trainer;
    const { validation, test } = dataset.splits;
    const predicted = (items: Int32Array, inference: Inference) =>
      trainer.waitFor(() => predict(model, params, items, inference));
    const predictions = { validation: await predicted(validation, "clean"), test: await predicted(test, "clean") };
    const pooled = await predicted(test, { ...experiment.inference, round: 0 });
    const truth = labelsOf(dataset, test);
    const evaluate = (probabilities: Float32Array): Evaluation | null =>
      test.length === 0 ? null : score(probabilities, truth, dataset.classes);
    const steps = loop.steps.length;
    const { times } = loop;
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
      test: evaluate(predictions.test),
      testPooled: evaluate(pooled),
      calibration: await calibrationRecord(
        { probabilities: predictions.validation, truth: labelsOf(dataset, validation) },
        { probabilities: predictions.test, truth },
        dataset.classes.length,
      ),
      timing: {
        totalMs: times.totalMs + performance.now() - ended,
        trainMs: times.trainMs,
        msPerStep: steps > 1 ? (times.trainMs - times.firstStepMs) / (steps - 1) : times.trainMs,
        firstStepMs: times.firstStepMs,
      },
    };
    const trained = (await this.model()) as TrainedModel;
    const temperature = record.calibration?.temperature ?? null;
    this.#result = { runId, record, model: { ...trained, temperature }, dataset, predictions };
    return record;
  }
}

/** The experiment with the commit in place of a branch or tag, which may move on. */
const pinned = (experiment: Experiment, pretrained: PretrainedSummary | null): Experiment =>
  pretrained?.commit && experiment.backbone.id === "transformer"
    ? { ...experiment, backbone: { ...experiment.backbone, revision: pretrained.commit } }
    : experiment;

/** Training items of each class, by the labels that training sees. */
export function trainCounts({ classes, labels, splits }: Pick<Dataset, "classes" | "labels" | "splits">): number[] {
  const counts = classes.map(() => 0);
  for (const item of splits.train) counts[labels[item] as number] = (counts[labels[item] as number] as number) + 1;
  return counts;
}

/** Items of all three splits, in ascending order; what was left out is never encoded. */
export function usedItems({ splits }: Pick<Dataset, "splits">): Int32Array {
  return Int32Array.from([...splits.train, ...splits.validation, ...splits.test]).sort();
}

export const labelsOf = ({ labels }: Dataset, items: Int32Array): Int32Array =>
  items.map((item) => labels[item] as number);

/** The first training row's cells, to fill a form with. */
async function exampleRow(dataset: Dataset): Promise<Record<string, string>> {
  const first = dataset.splits.train[0];
  if (dataset.inputs.modality !== "table" || first === undefined) return {};
  const { input } = await dataset.item(first);
  return input.modality === "table" ? input.cells : {};
}
