import { ADAM, NUM_CLASSES } from "../../workloads.ts";
import { type Engine, type Session, stepping } from "../engine.ts";
import type { TaskData, Weights } from "../task-data.ts";
import { startBackend, type TfjsBackend, tf } from "./backends.ts";
import { TFJS_MODELS, type TfjsParams } from "./tfjs-models.ts";

/** Plain tfjs: variables, tf.train.adam, tf.randomNormal; adding it to the batch makes the K repeats. */
export async function startTfjs(backend: TfjsBackend): Promise<Engine> {
  await startBackend(backend);
  return { about: `tfjs on ${backend}`, prepare: async (task) => sessionOf(task), multiply };
}

export async function multiply(size: number, times: number): Promise<void> {
  const [a, b] = [tf.ones([size, size]), tf.ones([size, size])];
  for (let i = 0; i < times; i++) {
    const product = tf.matMul(a, b);
    // One number is enough to wait for all.
    const one = tf.slice(product, [0, 0], [1, 1]);
    await one.data();
    tf.dispose([product, one]);
  }
  tf.dispose([a, b]);
}

function sessionOf(task: TaskData): Session {
  const { k, batchSize, stdDev, shape } = task;
  const model = TFJS_MODELS[task.model.kind];
  const variables = tensors(task.trained, (tensor) => tf.variable(tensor));
  const frozen = tensors(task.frozen, (tensor) => tensor);
  const batches = Array.from({ length: task.numBatches }, (_, i) => batchOf(task, i));
  const optimizer = tf.train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  const lossOf = ({ x, y }: Batch): tf.Scalar => {
    const flat = tf.reshape(x, [batchSize, 1, -1]);
    const noisy = tf.add(flat, tf.randomNormal([batchSize, k, flat.shape[2] as number], 0, stdDev));
    const z = model(variables, frozen, tf.reshape(noisy, [batchSize * k, ...shape]));
    return tf.losses.softmaxCrossEntropy(y, tf.mean(tf.reshape(z, [batchSize, k, NUM_CLASSES]), 1));
  };
  let loss: tf.Tensor | null = null;
  let taken = 0;
  return stepping(
    () => {
      loss?.dispose();
      loss = optimizer.minimize(() => lossOf(batches[taken % batches.length] as Batch), true);
      taken += 1;
    },
    async () => [(await (loss as tf.Tensor).data())[0] as number],
    () => {
      tf.dispose([variables, frozen, batches.map(({ x, y }) => [x, y])]);
      loss?.dispose();
      optimizer.dispose();
    },
  );
}

export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor2D;
}

function tensors(weights: Weights, keep: (tensor: tf.Tensor) => tf.Tensor): TfjsParams {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, keep(tf.tensor(values, [...shape]))]),
  );
}

/** Inputs and one-hot targets of a batch, on the device from the beginning. */
export function batchOf({ shape, batchSize, inputs, labels }: TaskData, index: number): Batch {
  const size = batchSize * shape.reduce((a, b) => a * b, 1);
  const here = labels.slice(index * batchSize, (index + 1) * batchSize);
  return {
    x: tf.tensor(inputs.slice(index * size, (index + 1) * size), [batchSize, ...shape]),
    y: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(here, "int32"), NUM_CLASSES), "float32") as tf.Tensor2D),
  };
}
