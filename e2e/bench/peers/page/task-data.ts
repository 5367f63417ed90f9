import { Stream } from "../../../../src/engine/rng.ts";
import type { Task, WorkloadId } from "../protocol.ts";
import { CNN, HEAD, NUM_CLASSES, TRANSFORMER, WORKLOAD } from "../workloads.ts";

/** Parameters on the host, under the names that the engine of this project gives them. */
export type Weights = Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** All that an engine is given: the same numbers for each. */
export interface TaskData extends Task {
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
  const { shape, batchSize, stdDev } = WORKLOAD[task.workload];
  return {
    ...task,
    shape,
    batchSize,
    stdDev: task.noisy ? stdDev : 0,
    numBatches: NUM_BATCHES,
    ...samples(task.workload, shape, batchSize * NUM_BATCHES),
    ...WEIGHTS[task.workload](new Stream(SEED, "init")),
  };
}

/** Each class has a pattern of its own, and each item its class's pattern under noise: learnable, not at a glance. */
function samples(workload: WorkloadId, shape: readonly number[], count: number) {
  const size = shape.reduce((a, b) => a * b, 1);
  const stream = new Stream(SEED, "sample");
  const patterns = Float32Array.from({ length: NUM_CLASSES * size }, () => stream.normal());
  const labels = Int32Array.from({ length: count }, () => stream.below(NUM_CLASSES));
  const [level, contrast, spread] = workload === "cnn" ? [0.5, 0.15, 0.12] : [0, 0.5, 1];
  const inputs = Float32Array.from({ length: count * size }, (_, i) => {
    const pattern = patterns[(labels[Math.floor(i / size)] as number) * size + (i % size)] as number;
    return level + contrast * pattern + spread * stream.normal();
  });
  return { inputs, labels };
}

const WEIGHTS: Record<WorkloadId, (stream: Stream) => { trained: Weights; frozen: Weights }> = {
  head: (stream) => ({
    trained: {
      ...layer("head.dense_0", [HEAD.features, HEAD.hidden], stream),
      ...layer("head.dense_1", [HEAD.hidden, NUM_CLASSES], stream),
    },
    frozen: {},
  }),
  cnn: (stream) => {
    const { side, channels, channels1, channels2, dense } = CNN;
    return {
      trained: {
        ...layer("backbone.conv_0", [3, 3, channels, channels1], stream),
        ...layer("backbone.conv_1", [3, 3, channels1, channels2], stream),
        ...layer("backbone.dense_0", [(side / 4) ** 2 * channels2, dense], stream),
        ...layer("head.dense_0", [dense, NUM_CLASSES], stream),
      },
      frozen: {},
    };
  },
  transformer: (stream) => {
    const { layers, width, mlp, rank } = TRANSFORMER;
    const trained: Weights = layer("head.dense_0", [width, NUM_CLASSES], stream);
    const frozen: Weights = {};
    for (let i = 0; i < layers; i++) {
      for (const name of ["q", "k", "v", "out"])
        Object.assign(frozen, layer(`layer_${i}.${name}`, [width, width], stream));
      Object.assign(
        frozen,
        layer(`layer_${i}.up`, [width, mlp], stream),
        layer(`layer_${i}.down`, [mlp, width], stream),
      );
      for (const name of ["q", "v"]) {
        trained[`layer_${i}.${name}.lora_a`] = uniform([width, rank], width, stream);
        trained[`layer_${i}.${name}.lora_b`] = { shape: [rank, width], values: new Float32Array(rank * width) };
      }
    }
    return { trained, frozen };
  },
};

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
