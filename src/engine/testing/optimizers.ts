import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";

/** Every optimizer card at telling parameters. */
export const TESTED_OPTIMIZERS: readonly Optimizer[] = [
  { id: "sgd", learningRate: 0.05, momentum: 0.8 },
  { id: "adam", learningRate: 0.1, beta1: 0.8, beta2: 0.99 },
  { id: "adamw", learningRate: 0.1, beta1: 0.9, beta2: 0.999, weightDecay: 0.3 },
];
