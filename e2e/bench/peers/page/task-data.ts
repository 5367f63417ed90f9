import { Stream } from "../../../../src/engine/rng.ts";
import type { Task } from "../protocol.ts";
import {
  type CnnSizes,
  type HeadSizes,
  itemShape,
  type ModelSizes,
  NUM_CLASSES,
  type TransformerSizes,
  WORKLOAD,
} from "../workloads.ts";

/** Parameters on the host, under the names that the engine of this project gives them. */
export type Weights = Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** All that an engine is given: the same numbers for each. */
export interface TaskData extends Task {
  readonly model: ModelSizes;
  readonly shape: readonly number[];
  readonly batchSize: number;
  readonly stdDev: number;
  /** Items of all batches, row-major; step s trains on batch s modulo `numBatches`. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly numBatches: number;
  readonly trained: Weights;
  readonly frozen: Weights;
}

const SEED = 7;
const NUM_BATCHES = 8;

export function taskData(task: Task): TaskData {
  const { model, batchSize, stdDev } = WORKLOAD[task.workload];
  const shape = itemShape(model);
  return {
    ...task,
    model,
    shape,
    batchSize,
    stdDev: task.noisy ? stdDev : 0,
    numBatches: NUM_BATCHES,
    ...samples(model, shape, batchSize * NUM_BATCHES),
    ...weights(model, new Stream(SEED, "init")),
  };
}

/** Each class has a pattern of its own, and each item its class's pattern under noise: learnable, not at a glance. */
function samples({ kind }: ModelSizes, shape: readonly number[], count: number) {
  const size = shape.reduce((a, b) => a * b, 1);
  const stream = new Stream(SEED, "sample");
  const patterns = Float32Array.from({ length: NUM_CLASSES * size }, () => stream.normal());
  const labels = Int32Array.from({ length: count }, () => stream.below(NUM_CLASSES));
  const [level, contrast, spread] = kind === "cnn" ? [0.5, 0.15, 0.12] : [0, 0.5, 1];
  const inputs = Float32Array.from({ length: count * size }, (_, i) => {
    const pattern = patterns[(labels[Math.floor(i / size)] as number) * size + (i % size)] as number;
    return level + contrast * pattern + spread * stream.normal();
  });
  return { inputs, labels };
}

interface AllWeights {
  readonly trained: Weights;
  readonly frozen: Weights;
}

function weights(model: ModelSizes, stream: Stream): AllWeights {
  switch (model.kind) {
    case "head":
      return headWeights(model, stream);
    case "cnn":
      return cnnWeights(model, stream);
    case "transformer":
      return transformerWeights(model, stream);
    default:
      return model satisfies never;
  }
}

const headWeights = ({ features, hidden }: HeadSizes, stream: Stream): AllWeights => ({
  trained: {
    ...layer("head.dense_0", [features, hidden], stream),
    ...layer("head.dense_1", [hidden, NUM_CLASSES], stream),
  },
  frozen: {},
});

const cnnWeights = ({ side, channels, channels1, channels2, dense }: CnnSizes, stream: Stream): AllWeights => ({
  trained: {
    ...layer("backbone.conv_0", [3, 3, channels, channels1], stream),
    ...layer("backbone.conv_1", [3, 3, channels1, channels2], stream),
    ...layer("backbone.dense_0", [(side / 4) ** 2 * channels2, dense], stream),
    ...layer("head.dense_0", [dense, NUM_CLASSES], stream),
  },
  frozen: {},
});

function transformerWeights({ layers, width, mlp, rank }: TransformerSizes, stream: Stream): AllWeights {
  const trained: Weights = layer("head.dense_0", [width, NUM_CLASSES], stream);
  const frozen: Weights = {};
  for (let i = 0; i < layers; i++) {
    for (const name of ["q", "k", "v", "out"])
      Object.assign(frozen, layer(`layer_${i}.${name}`, [width, width], stream));
    Object.assign(frozen, layer(`layer_${i}.up`, [width, mlp], stream), layer(`layer_${i}.down`, [mlp, width], stream));
    for (const name of ["q", "v"]) {
      trained[`layer_${i}.${name}.lora_a`] = uniform([width, rank], width, stream);
      trained[`layer_${i}.${name}.lora_b`] = { shape: [rank, width], values: new Float32Array(rank * width) };
    }
  }
  return { trained, frozen };
}

function layer(name: string, shape: readonly number[], stream: Stream): Weights {
  const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return {
    [`${name}.weight`]: uniform(shape, fanIn, stream),
    [`${name}.bias`]: uniform(shape.slice(-1), fanIn, stream),
  };
}

/** Uniform within 1 / sqrt(fanIn). */
function uniform(shape: readonly number[], fanIn: number, stream: Stream): Weights[string] {
  const length = shape.reduce((a, b) => a * b, 1);
  const bound = 1 / Math.sqrt(fanIn);
  return { shape, values: Float32Array.from({ length }, () => (2 * stream.uniform() - 1) * bound) };
}
