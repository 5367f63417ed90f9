import { type Tensor, tf } from "../tf.ts";
import type { LossOptions, Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import type { StepInput } from "./step-input.ts";

/**
 * A batch's pooled loss [] at parameters, in the order of the layout, and its gradient by each of them (null where the
 * loss does not reach it), by tfjs's automatic differentiation. Call within a tidy.
 */
export function lossAndGradients(
  model: Model,
  layout: ParameterLayout,
  parameters: Tensor[],
  input: StepInput,
  options: LossOptions = {},
): { value: Tensor; gradients: (Tensor | null)[] } {
  // Made out here, it is still there where the backward pass draws again.
  const counter = model.counter(input);
  const loss = (...tensors: Tensor[]) => model.loss(layout.name(tensors), input, { counter, ...options });
  const { value, grads } = tf.valueAndGrads(loss)(parameters);
  return { value, gradients: grads };
}

/** g min(1, norm / ||g||_2) (Pascanu et al. 2013, 1211.5063, algorithm 1). */
export function clipToNorm(gradient: Tensor, norm: number): Tensor {
  const length = tf.sqrt(tf.sum(tf.square(gradient)));
  return tf.mul(gradient, tf.minimum(tf.div(norm, tf.add(length, 1e-12)), 1));
}
