import { GELU_KERNELS } from "../../kernels/gelu.ts";
import type { TransformerConfig } from "../../pretrained/config.ts";
import { type Tensor2D, tf } from "../../tf.ts";

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/** x Phi(x) = x / 2 (1 + erf(x / sqrt 2)) (Hendrycks and Gimpel 2016, 1606.08415). */
export const gelu = (x: Tensor2D): Tensor2D =>
  inOne("gelu", x) ?? tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (1606.08415, section 2). */
export function geluTanh(x: Tensor2D): Tensor2D {
  const inner = () => tf.mul(tf.mul(x, ROOT_2_OVER_PI), tf.add(tf.mul(tf.square(x), 0.044715), 1));
  return inOne("gelu-tanh", x) ?? tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner()), 1));
}

/** By a kernel of our own; null where there is none. */
const inOne = (kind: keyof typeof GELU_KERNELS, x: Tensor2D): Tensor2D | null =>
  tf.getBackend() === "webgpu" ? (tf.engine().runKernel(GELU_KERNELS[kind], { x }) as Tensor2D) : null;

const ACTIVATIONS: Readonly<Record<TransformerConfig["activation"], (x: Tensor2D) => Tensor2D>> = {
  gelu,
  "gelu-tanh": geluTanh,
  relu: (x) => tf.relu(x),
};

export const activate = ({ activation }: TransformerConfig, x: Tensor2D): Tensor2D => ACTIVATIONS[activation](x);
