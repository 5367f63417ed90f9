import type { OptimizerOf } from "../../shared/plugins/optimizers/index.ts";
import { type Tensor, tf } from "../tf.ts";
import { adamCode, adamHyper, adamUpdate } from "./adam-update.ts";
import type { OptimizerBuild } from "./optimizer.ts";

/** theta <- (1 - rate decay) theta, then Adam's step (Loshchilov and Hutter 2019, 1711.05101, algorithm 2). */
export const adamw: OptimizerBuild<OptimizerOf<"adamw">> = {
  slots: ["m", "v"],
  update: (theta, slots, inputs) => adamUpdate(tf.mul(theta, inputs.hyper[2] as Tensor), slots, inputs),
  wgsl: {
    code: (parameters) => adamCode(parameters, "theta(i) * hyper(2u)"),
    hyper: (inputs) => [...adamHyper(inputs), 1 - inputs.learningRate * inputs.parameters.weightDecay],
  },
};
