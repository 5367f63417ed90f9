import { BackendLease } from "../../../../../src/engine/session/backend-lease.ts";
import { calibrate } from "../../../../../src/engine/session/calibrate.ts";
import { deviceIdle, startBackend, tf } from "../../../../../src/engine/tf.ts";
import type { Batch } from "../../../../../src/engine/train/batches.ts";
import { DeviceData } from "../../../../../src/engine/train/device-data.ts";
import { Model } from "../../../../../src/engine/train/model.ts";
import { buildNetwork, type Network, type NetworkInput } from "../../../../../src/engine/train/network.ts";
import { Trainer, type TrainerOptions } from "../../../../../src/engine/train/trainer.ts";
import { type Experiment, type ExperimentFile, parseExperiment } from "../../../../../src/shared/experiment.ts";
import type { BackendReport } from "../../../../../src/shared/run-record.ts";
import { ADAM, type ModelSizes, NUM_CLASSES } from "../../workloads.ts";
import { type Engine, type Session, stepping } from "../engine.ts";
import type { TaskData } from "../task-data.ts";
import { transformerNetwork } from "./transformer-network.ts";

type Path = NonNullable<TrainerOptions["path"]>;

/** This project's own trainer on WebGPU. */
export async function startRefrain(path: Path): Promise<Engine> {
  const { name, reason } = await startBackend("webgpu");
  return { about: `${name}: ${reason}`, prepare: async (task) => sessionOf(task, path), multiply };
}

/** Steps of a run, as far as these decide how long its backend is looked for. */
const RUN_STEPS = 1000;

/** The trainer as a run uses it: on the backend that is the fastest at steps of its model, found as a run finds it. */
export async function startRefrainAuto(): Promise<Engine> {
  const lease = new BackendLease(() => {});
  const { name, reason } = await lease.take("auto");
  const prepare = async (task: TaskData): Promise<Session> => {
    const experiment = experimentOf(task);
    const key = `${task.workload} ${task.k}`;
    const { signal } = new AbortController();
    const shape = { ...SHAPE, input: inputOf(task) };
    const { model: sizes, trained, frozen } = task;
    const own = sizes.kind === "transformer" && { build: () => transformerNetwork(sizes, trained, frozen) };
    const model = { experiment, shape, trainCounts: null, ...own };
    const report = await lease.settle(key, (candidates) =>
      calibrate({ ...model, steps: RUN_STEPS, candidates, signal }),
    );
    return { ...sessionOf(task, "fast"), about: figuresOf(report) };
  };
  return { about: `${name}: ${reason}, before anything was measured`, prepare };
}

/** What was taken, and what every backend was measured at. */
const figuresOf = ({ name, figures }: BackendReport): string => {
  const each = figures.map((figure) =>
    figure.kind === "failed"
      ? `${figure.name}: ${figure.why}`
      : `${figure.name} ${figure.kind} ${figure.msPerStep.toPrecision(3)} ms`,
  );
  return `${name} (${each.join("; ")})`;
};

const SHAPE = { views: 0, scale: 1, numClasses: NUM_CLASSES, stdDevs: null, emptyRow: null } as const;

async function multiply(size: number, times: number): Promise<void> {
  const [a, b] = [tf.ones([size, size]), tf.ones([size, size])];
  for (let i = 0; i < times; i++) {
    const product = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
    await deviceIdle();
    product.dispose();
  }
  tf.dispose([a, b]);
}

function sessionOf(task: TaskData, path: Path): Session {
  const experiment = experimentOf(task);
  const input = inputOf(task);
  const { model, trained, frozen } = task;
  const ours = model.kind === "transformer" ? transformerNetwork(model, trained, frozen) : null;
  const network: Network = ours ?? buildNetwork(experiment, input, NUM_CLASSES);
  const data = deviceData(task, input);
  const trainer = new Trainer(new Model(network, experiment, data), { ...trained }, 10_000, { path });
  const batches = Array.from({ length: task.numBatches }, (_, i) => batch(task.batchSize, i));
  const session = stepping(
    () => trainer.step(batches[trainer.stepsTaken % batches.length] as Batch),
    async () => {
      const losses = await trainer.losses();
      await trainer.idle();
      return [...losses];
    },
    () => {
      trainer.dispose();
      data.dispose();
      ours?.dispose();
    },
  );
  return { ...session, way: () => ({ path: trainer.path, reason: trainer.report.reason }) };
}

function siteOf(model: ModelSizes): Partial<ExperimentFile> {
  switch (model.kind) {
    case "head":
      return { task: "text-classification", backbone: { id: "use-lite" }, head: { hidden: [model.hidden] } };
    case "cnn": {
      const { channels1, channels2, dense } = model;
      return { task: "image-classification", backbone: { id: "seed-cnn", channels1, channels2, dense } };
    }
    case "transformer":
      return { task: "tabular-classification" };
    default:
      return model satisfies never;
  }
}

function experimentOf({ model, k, stdDev, batchSize }: TaskData): Experiment {
  const site = model.kind === "head" ? "features" : "input";
  const { learningRate, beta1, beta2 } = ADAM;
  return parseExperiment({
    version: 1,
    data: { train: "made by the bench" },
    ...siteOf(model),
    repeat: { k, noises: [{ id: "gaussian", site, stdDev }] },
    optimizer: { id: "adam", learningRate, beta1, beta2 },
    batchSize,
  });
}

function inputOf({ model }: TaskData): NetworkInput {
  switch (model.kind) {
    case "head":
      return { modality: "features", size: model.features };
    case "cnn":
      return { modality: "image", height: model.side, width: model.side, channels: model.channels };
    case "transformer":
      return { modality: "table", size: model.tokens * model.width };
    default:
      return model satisfies never;
  }
}

function deviceData({ inputs, labels }: TaskData, input: NetworkInput): DeviceData {
  const rowOf = Int32Array.from(labels, (_, item) => item);
  return new DeviceData({ ...SHAPE, input, values: inputs, rowOf, labels });
}

const batch = (size: number, index: number): Batch => ({
  items: Int32Array.from({ length: size }, (_, i) => index * size + i),
  weights: new Float32Array(size).fill(1),
});
