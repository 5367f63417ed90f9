import { type Tensor, type Tensor2D, type Tensor4D, tf } from "../tf.ts";
import { registerWasmDepthwiseGradient } from "./wasm-depthwise.ts";
import { registerWasmIdentity } from "./wasm-identity.ts";
import { registerWasmSegmentSum } from "./wasm-segment-sum.ts";

let registered = false;

/**
 * What training needs and tfjs's wasm backend lacks or is slow at. Its matMul with a transposed operand is a naive loop,
 * 11 times slower than transposing first; its convolution has no filter gradient at all, and its input gradient is 11
 * times slower than a convolution with the turned filter. It lacks the kernel by which rows that were looked up in a table
 * are added up again, and the gradients of depthwise convolutions.
 */
export function registerWasmGradients(): void {
  if (registered) return;
  registered = true;
  registerWasmDepthwiseGradient();
  registerWasmIdentity();
  registerWasmSegmentSum();
  const matMul = tf.getGradient("BatchMatMul");
  tf.registerGradient({
    ...matMul,
    gradFunc: (dy, saved, attrs) => {
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      const [a, b] = saved as [Tensor, Tensor];
      if (tf.getBackend() !== "wasm" || transposeA || transposeB || a.rank !== b.rank)
        return matMul.gradFunc(dy, saved, attrs);
      return { a: () => tf.matMul(dy as Tensor, swapLast(b)), b: () => tf.matMul(swapLast(a), dy as Tensor) };
    },
  });
  const conv2d = tf.getGradient("Conv2D");
  tf.registerGradient({
    ...conv2d,
    gradFunc: (dy, saved, attrs) => {
      const { strides, pad, dataFormat } = attrs as unknown as { strides: unknown; pad: unknown; dataFormat: string };
      const plain = String(strides) === "1,1" || strides === 1;
      if (tf.getBackend() !== "wasm" || !plain || pad !== "same" || dataFormat === "NCHW")
        return conv2d.gradFunc(dy, saved, attrs);
      const [x, filter] = saved as [Tensor4D, Tensor4D];
      return {
        x: () => convolutionInputGradient(dy as Tensor4D, filter),
        filter: () => convolutionFilterGradient(x, dy as Tensor4D, filter.shape),
      };
    },
  });
}

/** The last two axes exchanged. */
function swapLast(x: Tensor): Tensor {
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/** dx = dy * filter turned by 180 degrees with its channels exchanged (stride 1, same padding, odd filter). */
function convolutionInputGradient(dy: Tensor4D, filter: Tensor4D): Tensor4D {
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
  return tf.conv2d(dy, turned, 1, "same");
}

/** d filter[i, j] = x shifted by (i, j), [pixels, in]^T dy [pixels, out]: one matrix product a tap. */
function convolutionFilterGradient(x: Tensor4D, dy: Tensor4D, shape: Tensor4D["shape"]): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns, , outputs] = shape;
  const pixels = batch * height * width;
  const top = (rows - 1) >> 1;
  const left = (columns - 1) >> 1;
  const padded = tf.pad(x, [
    [0, 0],
    [top, rows - 1 - top],
    [left, columns - 1 - left],
    [0, 0],
  ]);
  const flat = tf.reshape(dy, [pixels, outputs]);
  const taps: Tensor2D[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const shifted = tf.reshape(tf.slice(padded, [0, i, j, 0], x.shape), [pixels, channels]);
      taps.push(tf.matMul(tf.transpose(shifted), flat));
    }
  }
  return tf.reshape(tf.stack(taps), shape);
}
