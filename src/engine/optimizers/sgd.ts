import type { OptimizerOf } from "../../shared/plugins/optimizers/index.ts";
import { type Tensor, tf } from "../tf.ts";
import { literal } from "../wgsl.ts";
import type { OptimizerBuild } from "./optimizer.ts";

/** v <- momentum v + g; theta <- theta - rate v (as in PyTorch, no dampening). */
export const sgd: OptimizerBuild<OptimizerOf<"sgd">> = {
  slots: ["velocity"],
  update: (theta, slots, { gradient, hyper, parameters }) => {
    const velocity = tf.add(tf.mul(slots[0] as Tensor, parameters.momentum), gradient);
    return { theta: tf.sub(theta, tf.mul(velocity, hyper[0] as Tensor)), slots: [velocity] };
  },
  wgsl: {
    code: ({ momentum }) => `
      let velocity = ${literal(momentum)} * slot0(i) + gradient;
      setSlot0(i, velocity);
      setTheta(i, theta(i) - hyper(0u) * velocity);`,
    hyper: ({ learningRate }) => [learningRate],
  },
};
