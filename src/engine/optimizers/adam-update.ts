import { type Tensor, tf } from "../tf.ts";
import type { UpdateInputs } from "./optimizer.ts";

const EPSILON = 1e-8;

/**
 * m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2;
 * theta <- theta - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + 1e-8).
 * The corrections are folded into two numbers, so that no vector is divided by a constant.
 */
export function adamUpdate(
  theta: Tensor,
  slots: readonly Tensor[],
  { gradient, learningRate, step, parameters }: UpdateInputs<{ beta1: number; beta2: number }>,
): { theta: Tensor; slots: Tensor[] } {
  const { beta1, beta2 } = parameters;
  const m = tf.add(tf.mul(slots[0] as Tensor, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(slots[1] as Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (learningRate * correction) / (1 - beta1 ** step);
  const direction = tf.div(m, tf.add(tf.sqrt(v), EPSILON * correction));
  return { theta: tf.sub(theta, tf.mul(direction, rate)), slots: [m, v] };
}
