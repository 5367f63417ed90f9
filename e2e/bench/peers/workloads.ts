import type { WorkloadId } from "./protocol.ts";

/** Sizes that every engine builds its model from. */
export const HEAD = { features: 64, hidden: 128 } as const;
export const CNN = { side: 28, channels: 3, channels1: 8, channels2: 16, dense: 64 } as const;
export const TRANSFORMER = { layers: 2, width: 64, heads: 4, mlp: 256, tokens: 16, rank: 8, alpha: 8 } as const;
export const NUM_CLASSES = 10;
export const ADAM = { learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Shape of one item, items a batch, and the deviation of the noise on it. */
export const WORKLOAD: Record<WorkloadId, { shape: readonly number[]; batchSize: number; stdDev: number }> = {
  head: { shape: [HEAD.features], batchSize: 32, stdDev: 0.5 },
  cnn: { shape: [CNN.side, CNN.side, CNN.channels], batchSize: 32, stdDev: 0.1 },
  transformer: { shape: [TRANSFORMER.tokens, TRANSFORMER.width], batchSize: 8, stdDev: 0.5 },
};

/**
 * Floating-point operations that a step's products and convolutions need at least: two a multiplication, forwards;
 * as many again for a gradient of the input where something trained lies below, and for one of the weights where they
 * are trained.
 */
export function flopsPerStep(workload: WorkloadId, k: number): number {
  const rows = k * WORKLOAD[workload].batchSize;
  return 2 * rows * PER_ROW[workload]();
}

const PER_ROW: Record<WorkloadId, () => number> = {
  head: () => 2 * HEAD.features * HEAD.hidden + 3 * HEAD.hidden * NUM_CLASSES,
  cnn: () => {
    const { side, channels, channels1, channels2, dense } = CNN;
    const first = side ** 2 * 9 * channels * channels1;
    const second = (side / 2) ** 2 * 9 * channels1 * channels2;
    const flat = (side / 4) ** 2 * channels2;
    return 2 * first + 3 * (second + flat * dense + dense * NUM_CLASSES);
  },
  transformer: () => {
    const { layers, width, mlp, tokens, rank } = TRANSFORMER;
    const frozen = 4 * width ** 2 + 2 * width * mlp;
    const attention = 2 * tokens * width;
    const lora = 4 * width * rank;
    // Below the first layer nothing is trained, so its q, k, v have no gradient of their input.
    const forward = layers * (frozen + attention + lora);
    const backward = layers * (frozen + 2 * attention + 2 * lora) - 3 * width ** 2 - 2 * width * rank;
    return tokens * (forward + backward) + 3 * width * NUM_CLASSES;
  },
};
