import { type Tensor, tf } from "../tf.ts";
import { literal } from "../wgsl.ts";
import type { StepInputs, UpdateInputs } from "./optimizer.ts";

const EPSILON = 1e-8;

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2;
 * theta <- theta - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + 1e-8).
 * The corrections are folded into {@link adamHyper}'s two numbers, so that no vector is divided by a constant.
 */
export function adamUpdate(
  theta: Tensor,
  slots: readonly Tensor[],
  { gradient, hyper, parameters }: UpdateInputs<Betas>,
): { theta: Tensor; slots: Tensor[] } {
  const { beta1, beta2 } = parameters;
  const m = tf.add(tf.mul(slots[0] as Tensor, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(slots[1] as Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const [rate, epsilon] = hyper as [Tensor, Tensor];
  const direction = tf.div(m, tf.add(tf.sqrt(v), epsilon));
  return { theta: tf.sub(theta, tf.mul(direction, rate)), slots: [m, v] };
}

/** c rate / (1 - b1^t) and c 1e-8, c = sqrt(1 - b2^t). */
export function adamHyper({ learningRate, step, parameters }: StepInputs<Betas>): [rate: number, epsilon: number] {
  const correction = Math.sqrt(1 - parameters.beta2 ** step);
  return [(learningRate * correction) / (1 - parameters.beta1 ** step), EPSILON * correction];
}

/** {@link adamUpdate} in WGSL, from `before` on. */
export const adamCode = ({ beta1, beta2 }: Betas, before = "theta(i)"): string => `
  let m = ${literal(beta1)} * slot0(i) + ${literal(1 - beta1)} * gradient;
  let v = ${literal(beta2)} * slot1(i) + ${literal(1 - beta2)} * gradient * gradient;
  setSlot0(i, m);
  setSlot1(i, v);
  setTheta(i, ${before} - hyper(0u) * m / (sqrt(v) + hyper(1u)));`;
