import type { Stream } from "../rng.ts";
import { type Tensor, type Tensor2D, tf } from "../tf.ts";
import type { HostParam, HostParams, Params } from "./model.ts";

/** The parameter of this name; a miss means that a model and its weights do not belong together. */
export function param(params: Params, name: string): Tensor {
  const found = params[name];
  if (!found) throw new Error(`The weights lack "${name}"; they hold ${Object.keys(params).join(", ")}.`);
  return found;
}

/**
 * Uniform in [-1/sqrt(fanIn), 1/sqrt(fanIn)]: what PyTorch's Linear and Conv2d start with (Kaiming uniform with
 * a = sqrt 5; He et al. 2015, 1502.01852).
 */
export function fanInUniform(stream: Stream, shape: readonly number[], fanIn: number): HostParam {
  const bound = 1 / Math.sqrt(fanIn);
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float32Array.from({ length: size }, () => (2 * stream.uniform() - 1) * bound) };
}

/** Fresh weight [inputs, outputs] and bias [outputs] of a dense layer, under `name.weight` and `name.bias`. */
export function initDense(name: string, inputs: number, outputs: number, stream: Stream): HostParams {
  return {
    [`${name}.weight`]: fanInUniform(stream, [inputs, outputs], inputs),
    [`${name}.bias`]: fanInUniform(stream, [outputs], inputs),
  };
}

/** x W + b: [rows, inputs] -> [rows, outputs]. */
export function dense(params: Params, name: string, x: Tensor): Tensor2D {
  const product = tf.matMul(x as Tensor2D, param(params, `${name}.weight`) as Tensor2D);
  return tf.add(product, param(params, `${name}.bias`)) as Tensor2D;
}
