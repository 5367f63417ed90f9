import { BackendLease } from "../../../../../src/engine/session/backend-lease.ts";
import { calibrate } from "../../../../../src/engine/session/calibrate.ts";
import { deviceIdle, startBackend, tf } from "../../../../../src/engine/tf.ts";
import type { Batch } from "../../../../../src/engine/train/batches.ts";
import { DeviceData } from "../../../../../src/engine/train/device-data.ts";
import { Model } from "../../../../../src/engine/train/model.ts";
import { buildNetwork, type Network, type NetworkInput } from "../../../../../src/engine/train/network.ts";
import { Trainer } from "../../../../../src/engine/train/trainer.ts";
import { type Experiment, type ExperimentFile, parseExperiment } from "../../../../../src/shared/experiment.ts";
import type { BackendReport } from "../../../../../src/shared/run-record.ts";
import type { WorkloadId } from "../../protocol.ts";
import { ADAM, CNN, HEAD, NUM_CLASSES } from "../../workloads.ts";
import { type Engine, type Session, stepping } from "../engine.ts";
import type { TaskData } from "../task-data.ts";
import { transformerNetwork } from "./transformer-network.ts";

/** This project's own trainer on WebGPU. */
export async function startRefrain(path: "eager" | "fast"): Promise<Engine> {
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
    const build = () => transformerNetwork(task.trained, task.frozen);
    const model = { experiment, shape, trainCounts: null, ...(task.workload === "transformer" && { build }) };
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

function sessionOf(task: TaskData, path: "eager" | "fast"): Session {
  const experiment = experimentOf(task);
  const input = inputOf(task);
  const ours = task.workload === "transformer" ? transformerNetwork(task.trained, task.frozen) : null;
  const network: Network = ours ?? buildNetwork(experiment, input, NUM_CLASSES);
  const data = deviceData(task, input);
  const trainer = new Trainer(new Model(network, experiment, data), { ...task.trained }, 10_000, { path });
  const batches = Array.from({ length: task.numBatches }, (_, i) => batch(task.batchSize, i));
  return stepping(
    () => trainer.step(batches[trainer.stepsTaken % batches.length] as Batch),
    async () => {
      const losses = await trainer.losses();
      await trainer.idle();
      return losses.at(-1) as number;
    },
    () => {
      trainer.dispose();
      data.dispose();
      ours?.dispose();
    },
  );
}

const SITES: Record<WorkloadId, Partial<ExperimentFile>> = {
  head: { task: "text-classification", backbone: { id: "use-lite" }, head: { hidden: [HEAD.hidden] } },
  cnn: {
    task: "image-classification",
    backbone: { id: "seed-cnn", channels1: CNN.channels1, channels2: CNN.channels2, dense: CNN.dense },
  },
  transformer: { task: "tabular-classification" },
};

function experimentOf({ workload, k, stdDev, batchSize }: TaskData): Experiment {
  const site = workload === "head" ? "features" : "input";
  const { learningRate, beta1, beta2 } = ADAM;
  return parseExperiment({
    version: 1,
    data: { train: "made by the bench" },
    ...SITES[workload],
    repeat: { k, noises: [{ id: "gaussian", site, stdDev }] },
    optimizer: { id: "adam", learningRate, beta1, beta2 },
    batchSize,
  });
}

function inputOf({ workload, shape }: TaskData): NetworkInput {
  const [first = 0, width = 0, channels = 0] = shape;
  if (workload === "cnn") return { modality: "image", height: first, width, channels };
  if (workload === "head") return { modality: "features", size: first };
  return { modality: "table", size: first * width };
}

function deviceData({ inputs, labels }: TaskData, input: NetworkInput): DeviceData {
  const rowOf = Int32Array.from(labels, (_, item) => item);
  return new DeviceData({ ...SHAPE, input, values: inputs, rowOf, labels });
}

const batch = (size: number, index: number): Batch => ({
  items: Int32Array.from({ length: size }, (_, i) => index * size + i),
  weights: new Float32Array(size).fill(1),
});
