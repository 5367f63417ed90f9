import {
  blockUntilReady,
  type Device,
  defaultDevice,
  init,
  jit,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import { ADAM, CNN } from "../../workloads.ts";
import { type Engine, type Session, stepping } from "../engine.ts";
import type { TaskData, Weights } from "../task-data.ts";
import { crossEntropy, JAX_MODELS, type JaxParams } from "./jax-models.ts";
import { transposed } from "./transposed.ts";

type State = { params: JaxParams; m: JaxParams; v: JaxParams; count: np.Array; key: np.Array };

/** jax-js with the whole step in one jit: noise by its own random numbers, pooling, loss, gradient and Adam. */
export async function startJax(device: Device): Promise<Engine> {
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js could not start ${device}.`);
  defaultDevice(device);
  return {
    about: `jax-js on ${device}`,
    prepare: async (task) => new JaxTask(task, device).session(),
    multiply: async (size, times) => {
      const [a, b] = [np.ones([size, size]), np.ones([size, size])];
      for (let i = 0; i < times; i++) {
        const product = np.matmul(a.ref, b.ref);
        await blockUntilReady(product);
        product.dispose();
      }
      tree.dispose([a, b]);
    },
  };
}

class JaxTask {
  #state: State;
  #loss: np.Array | null = null;
  #taken = 0;
  readonly #frozen: JaxParams;
  readonly #batches: { x: np.Array; y: np.Array }[];
  readonly #stdDev: np.Array;
  readonly #step;

  constructor(
    task: TaskData,
    readonly device: Device,
  ) {
    const params = arrays(task.trained);
    const zeros = (): JaxParams =>
      Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, np.zeros([...shape])]));
    this.#state = { params, m: zeros(), v: zeros(), count: np.array(0), key: random.key(1) };
    this.#frozen = arrays(task.frozen);
    this.#batches = Array.from({ length: task.numBatches }, (_, i) => batch(task, i));
    this.#stdDev = np.array(task.stdDev);
    this.#step = jit(trainingStep(task));
  }

  session(): Session {
    return stepping(
      () => this.#take(),
      async () => {
        // The queue of a GPU keeps the order; threads of wasm may be done with the loss and not yet with the update.
        if (this.device === "wasm") await blockUntilReady(this.#state);
        return [(await (this.#loss as np.Array).ref.data())[0] as number];
      },
      () => this.#dispose(),
    );
  }

  #take(): void {
    const { x, y } = this.#batches[this.#taken % this.#batches.length] as { x: np.Array; y: np.Array };
    const [state, loss] = this.#step(this.#state, tree.ref(this.#frozen), x.ref, y.ref, this.#stdDev.ref);
    this.#loss?.dispose();
    this.#state = state;
    this.#loss = loss;
    this.#taken += 1;
  }

  #dispose(): void {
    this.#loss?.dispose();
    tree.dispose([this.#state, this.#frozen, this.#stdDev, this.#batches]);
    this.#step.dispose();
  }
}

/** One step on a batch x [rows, ...], y [rows]: K noisy copies of each row, folded into the batch, logits averaged. */
function trainingStep({ model: { kind }, k, batchSize }: TaskData) {
  const model = JAX_MODELS[kind];
  const lossOf = (params: JaxParams, frozen: JaxParams, x: np.Array, y: np.Array): np.Array => {
    const z = model(params, frozen, x);
    tree.dispose([params, frozen]);
    return crossEntropy(np.mean(z.reshape([batchSize, k, -1]), 1), y);
  };
  return ({ params, m, v, count, key }: State, frozen: JaxParams, x: np.Array, y: np.Array, stdDev: np.Array) => {
    const keys = random.split(key, 2);
    const [next, used] = np.split(keys, 2, 0).map((one) => one.reshape([2])) as [np.Array, np.Array];
    const item = x.shape.slice(1);
    const noise = random.normal(used, [batchSize, k, ...item]).mul(stdDev);
    const views = np
      .expandDims(x, 1)
      .add(noise)
      .reshape([batchSize * k, ...item]);
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(params), frozen, views, y);
    return [{ ...adam(params, m, v, count, gradients as JaxParams), key: next }, loss] as [State, np.Array];
  };
}

/** The bias corrections are two numbers a step, as in optax. */
function adam(params: JaxParams, m: JaxParams, v: JaxParams, count: np.Array, gradients: JaxParams) {
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const step = count.add(1);
  const one = np.subtract(1, np.exp(step.ref.mul(Math.log(beta1))));
  const two = np.subtract(1, np.exp(step.ref.mul(Math.log(beta2))));
  const next: Omit<State, "key"> = { params: {}, m: {}, v: {}, count: step };
  for (const [name, gradient] of Object.entries(gradients)) {
    const first = (m[name] as np.Array).mul(beta1).add(gradient.ref.mul(1 - beta1));
    const second = (v[name] as np.Array).mul(beta2).add(np.square(gradient).mul(1 - beta2));
    const direction = first.ref.div(one.ref).div(np.sqrt(second.ref.div(two.ref)).add(epsilon));
    next.params[name] = (params[name] as np.Array).sub(direction.mul(learningRate));
    next.m[name] = first;
    next.v[name] = second;
  }
  tree.dispose([one, two]);
  return next;
}

function arrays(weights: Weights): JaxParams {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, arrayOf(reordered(name, weight))]));
}

const arrayOf = ({ shape, values }: Weights[string]): np.Array => np.array(values, { shape: [...shape] });

/** Kernels [3, 3, in, out] -> [out, in, 3, 3], and the rows of the layer above them from (y, x, c) to (c, y, x). */
function reordered(name: string, weight: Weights[string]): Weights[string] {
  const { shape, values } = weight;
  if (/conv_\d[.]weight$/.test(name))
    return { shape: [3, 2, 0, 1].map((i) => shape[i] as number), values: transposed(values, shape, [3, 2, 0, 1]) };
  if (name !== "backbone.dense_0.weight") return weight;
  const side = CNN.side / 4;
  return { shape, values: transposed(values, [side, side, CNN.channels2, CNN.dense], [2, 0, 1, 3]) };
}

function batch({ model, batchSize, shape, inputs, labels }: TaskData, index: number) {
  const size = batchSize * shape.reduce((a, b) => a * b, 1);
  const values = inputs.slice(index * size, (index + 1) * size);
  const [height = 0, width = 0, channels = 0] = shape;
  const x =
    model.kind === "cnn"
      ? { shape: [batchSize, channels, height, width], values: transposed(values, [batchSize, ...shape], [0, 3, 1, 2]) }
      : { shape: [batchSize, ...shape], values };
  return {
    x: arrayOf(x),
    y: np.array(labels.slice(index * batchSize, (index + 1) * batchSize), { dtype: np.int32 }),
  };
}
