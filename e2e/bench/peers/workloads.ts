import { seedCnn } from "../../../src/shared/plugins/backbones/seed-cnn.ts";
import type { EngineId, WorkloadId } from "./protocol.ts";

/** Sizes of each kind of model that is trained here. */
export interface HeadSizes {
  readonly kind: "head";
  readonly features: number;
  readonly hidden: number;
}

export interface CnnSizes {
  readonly kind: "cnn";
  readonly side: number;
  readonly channels: number;
  readonly channels1: number;
  readonly channels2: number;
  readonly dense: number;
}

export interface TransformerSizes {
  readonly kind: "transformer";
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly mlp: number;
  readonly tokens: number;
  readonly rank: number;
  readonly alpha: number;
}

export type ModelSizes = HeadSizes | CnnSizes | TransformerSizes;
export type ModelKind = ModelSizes["kind"];

/** What every engine trains; the peers' models are of these sizes alone. */
export const HEAD: HeadSizes = { kind: "head", features: 64, hidden: 128 };
export const CNN: CnnSizes = { kind: "cnn", side: 28, channels: 3, channels1: 8, channels2: 16, dense: 64 };
export const TRANSFORMER: TransformerSizes = {
  kind: "transformer",
  layers: 2,
  width: 64,
  heads: 4,
  mlp: 256,
  tokens: 16,
  rank: 8,
  alpha: 8,
};
export const NUM_CLASSES = 10;
export const ADAM = { learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Models, items a batch, and the deviation of the noise on an item. */
export const WORKLOAD: Record<WorkloadId, { model: ModelSizes; batchSize: number; stdDev: number }> = {
  head: { model: HEAD, batchSize: 32, stdDev: 0.5 },
  cnn: { model: CNN, batchSize: 32, stdDev: 0.1 },
  transformer: { model: TRANSFORMER, batchSize: 8, stdDev: 0.5 },
  "seed-cnn": { model: { ...CNN, ...seedCnn.parameters.parse({}) }, batchSize: 32, stdDev: 0.1 },
  "transformer-256": { model: { ...TRANSFORMER, width: 256, mlp: 1024, tokens: 64 }, batchSize: 8, stdDev: 0.5 },
};

/** Models too heavy for all: which engines train them, at which K, and in how many rounds at most. */
export const HEAVY: Partial<
  Record<WorkloadId, { engines: readonly EngineId[]; ks: readonly number[]; rounds: number }>
> = {
  "seed-cnn": { engines: ["refrain-webgpu-eager", "refrain-webgpu-captured"], ks: [8], rounds: 2 },
  "transformer-256": { engines: ["refrain-webgpu-eager", "refrain-webgpu-captured"], ks: [8], rounds: 2 },
};

/** Shape of one item. */
export function itemShape(model: ModelSizes): readonly number[] {
  switch (model.kind) {
    case "head":
      return [model.features];
    case "cnn":
      return [model.side, model.side, model.channels];
    case "transformer":
      return [model.tokens, model.width];
    default:
      return model satisfies never;
  }
}

/**
 * Floating-point operations that a step's products and convolutions need at least: two a multiplication, forwards;
 * as many again for a gradient of the input where something trained lies below, and for one of the weights where they
 * are trained.
 */
export function flopsPerStep(workload: WorkloadId, k: number): number {
  const { model, batchSize } = WORKLOAD[workload];
  return 2 * k * batchSize * multiplications(model);
}

/** Multiplications a row, forwards and backwards. */
function multiplications(model: ModelSizes): number {
  switch (model.kind) {
    case "head":
      return 2 * model.features * model.hidden + 3 * model.hidden * NUM_CLASSES;
    case "cnn": {
      const { side, channels, channels1, channels2, dense } = model;
      const first = side ** 2 * 9 * channels * channels1;
      const second = (side / 2) ** 2 * 9 * channels1 * channels2;
      const flat = (side / 4) ** 2 * channels2;
      return 2 * first + 3 * (second + flat * dense + dense * NUM_CLASSES);
    }
    case "transformer": {
      const { layers, width, mlp, tokens, rank } = model;
      const frozen = 4 * width ** 2 + 2 * width * mlp;
      const attention = 2 * tokens * width;
      const lora = 4 * width * rank;
      // Below the first layer nothing is trained, so its q, k, v have no gradient of their input.
      const forward = layers * (frozen + attention + lora);
      const backward = layers * (frozen + 2 * attention + 2 * lora) - 3 * width ** 2 - 2 * width * rank;
      return tokens * (forward + backward) + 3 * width * NUM_CLASSES;
    }
    default:
      return model satisfies never;
  }
}
