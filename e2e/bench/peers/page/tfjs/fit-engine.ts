import { Callback, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { ADAM } from "../../workloads.ts";
import type { Engine, Session } from "../engine.ts";
import type { TaskData } from "../task-data.ts";
import { startBackend, tf } from "./backends.ts";
import { average, body, repeat } from "./fit-layers.ts";
import { type Batch, batchOf, multiply } from "./tfjs-engine.ts";

/** tf.layers' own model.fit on webgpu: repeats, GaussianNoise, the model, mean of the logits, softmax. */
export async function startFit(): Promise<Engine> {
  await startBackend("webgpu");
  return { about: "tfjs-layers on webgpu", prepare: async (task) => sessionOf(task), multiply };
}

function sessionOf(task: TaskData): Session {
  const model = modelOf(task);
  const optimizer = tf.train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  const { numBatches, batchSize } = task;
  const all = Array.from({ length: numBatches }, (_, i) => batchOf(task, i));
  let taken = 0;
  return {
    run: async (steps) => {
      const next = Array.from({ length: steps }, (_, i) => all[(taken + i) % numBatches] as Batch);
      const [x, y] = [joined(next.map(({ x }) => x)), joined(next.map(({ y }) => y))];
      const clock = new Clock();
      const { history } = await model.fit(x, y, {
        batchSize,
        epochs: 1,
        shuffle: false,
        verbose: 0,
        callbacks: [clock],
      });
      taken += steps;
      tf.dispose([x, y]);
      // The mean over the steps, since that is what fit tells: where a step's own loss is wanted, one is run.
      return { losses: [history.loss?.[0] as number], jsMs: clock.ms, inCalls: null };
    },
    dispose: () => {
      model.dispose();
      optimizer.dispose();
      tf.dispose(all.map(({ x, y }) => [x, y]));
    },
  };
}

function modelOf(task: TaskData): LayersModel {
  const noise = layers.gaussianNoise({ stddev: task.stdDev });
  const input = layers.inputLayer({ inputShape: [...task.shape] });
  return sequential({ layers: [input, repeat(task.k), noise, ...body(task), average(task.k), layers.softmax()] });
}

const joined = (parts: tf.Tensor[]): tf.Tensor =>
  parts.length === 1 ? tf.clone(parts[0] as tf.Tensor) : tf.concat(parts);

/** Time between the beginning and the end of each batch, which fit spends in one synchronous call. */
class Clock extends Callback {
  ms = 0;
  #began = 0;

  override async onBatchBegin(): Promise<void> {
    this.#began = performance.now();
  }

  override async onBatchEnd(): Promise<void> {
    this.ms += performance.now() - this.#began;
  }
}
