import { type Tensor, tf } from "../tf.ts";
import type { LossOptions, Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import type { StepInput } from "./step-input.ts";

/**
 * A batch's pooled loss [] at theta and its gradient [parameters], by tfjs's automatic differentiation. Call within a
 * tidy.
 */
export function lossAndGradient(
  model: Model,
  layout: ParameterLayout,
  theta: Tensor,
  input: StepInput,
  options: LossOptions = {},
): { value: Tensor; gradient: Tensor } {
  const loss = (...parameters: Tensor[]) => model.loss(layout.name(parameters), input, options);
  const { value, grads } = tf.valueAndGrads(loss)(layout.split(theta));
  return { value, gradient: layout.concat(grads) };
}

/** g min(1, norm / ||g||_2) (Pascanu et al. 2013, 1211.5063, algorithm 1). */
export function clipToNorm(gradient: Tensor, norm: number): Tensor {
  const length = tf.sqrt(tf.sum(tf.square(gradient)));
  return tf.mul(gradient, tf.minimum(tf.div(norm, tf.add(length, 1e-12)), 1));
}
