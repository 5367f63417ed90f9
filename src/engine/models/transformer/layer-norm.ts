import { LAYER_NORM_KERNEL } from "../../kernels/layer-norm.ts";
import { type Tensor, type Tensor2D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Params } from "../model.ts";

/** weight (x - mean) / sqrt(variance + epsilon) + bias over the last axis (Ba et al. 2016, 1607.06450): [n, size]. */
export function layerNorm(params: Params, name: string, x: Tensor, epsilon: number): Tensor2D {
  const weight = param(params, `${name}.weight`);
  const bias = param(params, `${name}.bias`);
  if (tf.getBackend() === "webgpu")
    return tf.engine().runKernel(LAYER_NORM_KERNEL, { x, weight, bias }, { epsilon }) as Tensor2D;
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const standard = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(standard, weight), bias) as Tensor2D;
}
