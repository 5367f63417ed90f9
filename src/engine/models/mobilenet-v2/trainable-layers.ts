import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Params } from "../model.ts";
import type { Layer } from "./layers.ts";
import { padded } from "./network.ts";

/**
 * x * W + b, clipped to [0, 6] where the layer has a ReLU6, out of operations that have gradients on every backend: a
 * 1 x 1 convolution is a matrix product over all places, and so is the first one, over gathered patches.
 */
export function trainableConvolution(params: Params, layer: Layer, x: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const weight = param(params, `${layer.name}.weight`) as Tensor4D;
    const bias = param(params, `${layer.name}.bias`) as Tensor1D;
    const y = layer.kind === "conv" ? product(x, weight, layer.stride) : depthwise(x, weight, layer.stride);
    const [rows, height, width, channels] = y.shape;
    const flat = tf.reshape(y, [rows * height * width, channels]) as Tensor2D;
    return tf.reshape(layer.relu6 ? biasRelu6(flat, bias) : tf.add(flat, bias), [rows, height, width, channels]);
  });
}

function depthwise(x: Tensor4D, weight: Tensor4D, stride: 1 | 2): Tensor4D {
  const { x: within, pad } = padded(x, stride);
  return tf.depthwiseConv2d(within, weight, stride, pad);
}

/** x * W of a 1 x 1 convolution, or of the first one, 3 x 3 with stride 2, whose input needs no gradient. */
function product(x: Tensor4D, weight: Tensor4D, stride: 1 | 2): Tensor4D {
  const seen = stride === 1 ? x : patches(x, weight.shape[0]);
  const [rows, height, width, inputs] = seen.shape;
  const outputs = weight.shape[3];
  const flat = tf.reshape(seen, [rows * height * width, inputs]) as Tensor2D;
  return tf.reshape(tf.matMul(flat, tf.reshape(weight, [inputs, outputs]) as Tensor2D), [rows, height, width, outputs]);
}

/**
 * What each place of a convolution with stride 2 sees: [rows, side, side, c] -> [rows, side / 2, side / 2, n n c], behind a
 * row and a column of zeros at the bottom and right. Has no gradient.
 */
function patches(x: Tensor4D, n: number): Tensor4D {
  const [rows, height, width, channels] = x.shape;
  const zeros: [number, number] = [0, 1];
  const wide = tf.pad(x as Tensor, [[0, 0], zeros, zeros, [0, 0]]);
  const [down, across] = [Math.floor((height - 2) / 2), Math.floor((width - 2) / 2)];
  const taps = Array.from({ length: n * n }, (_, i) => {
    const [k, l] = [Math.floor(i / n), i % n];
    return tf.stridedSlice(wide, [0, k, l, 0], [rows, k + 2 * down + 1, l + 2 * across + 1, channels], [1, 2, 2, 1]);
  });
  return tf.concat(taps, 3) as Tensor4D;
}

/**
 * y = min(max(x + b, 0), 6): [places, channels] -> the same; dx = dy where 0 < y < 6, and db its sum over the places. Only y
 * is kept for the gradient.
 */
function biasRelu6(x: Tensor2D, bias: Tensor1D): Tensor2D {
  const clipped = tf.customGrad((at, by, save) => {
    const y = tf.clipByValue(tf.add(at as Tensor, by as Tensor), 0, 6);
    (save as (kept: Tensor[]) => void)([y]);
    // tfjs would keep what is computed here until all gradients are done.
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tf.tidy(() => {
        const [kept] = saved as [Tensor];
        const dx = tf.mul(dy, tf.mul(tf.step(kept), tf.step(tf.sub(6, kept))));
        return [dx, tf.sum(dx, 0)];
      });
    return { value: y, gradFunc };
  });
  return clipped(x, bias) as Tensor2D;
}
