import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from "../tf.ts";

/**
 * The gradient of a depthwise convolution out of kernels that tfjs's wasm backend has; it has none of its own. For one
 * output a channel, without dilation.
 */
export function registerWasmDepthwiseGradient(): void {
  const theirs = tf.getGradient("DepthwiseConv2dNative");
  tf.registerGradient({
    ...theirs,
    gradFunc: (dy, saved, attrs) => {
      const [x, filter] = saved as [Tensor4D, Tensor4D];
      if (tf.getBackend() !== "wasm" || filter.shape[3] !== 1) return theirs.gradFunc(dy, saved, attrs);
      const { strides, pad, dimRoundingMode } = attrs as unknown as {
        strides: number | [number, number];
        pad: number | "same" | "valid";
        dimRoundingMode?: "floor" | "round" | "ceil";
      };
      const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, 1, pad, dimRoundingMode, true);
      return {
        x: () => inputGradient(dy as Tensor4D, filter, info),
        filter: () => filterGradient(x, dy as Tensor4D, info),
      };
    },
  });
}

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * dx = D * filter turned by 180 degrees (stride 1, no padding), where D is dy with s - 1 zeros behind each of its rows
 * and columns, so padded that x comes out whole.
 */
function inputGradient(dy: Tensor4D, filter: Tensor4D, info: Info): Tensor4D {
  const { filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const before = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left] as const;
  const wide = [inHeight + filterHeight - 1, inWidth + filterWidth - 1] as const;
  const spread = spreadOut(dy, info);
  // What lies behind the last row of dy may be more zeros than the padding has.
  const kept = tf.slice(spread, 0, [
    info.batchSize,
    Math.min(outHeight * info.strideHeight, wide[0] - before[0]),
    Math.min(outWidth * info.strideWidth, wide[1] - before[1]),
    info.outChannels,
  ]);
  const padded = tf.pad(kept, [
    [0, 0],
    [before[0], wide[0] - before[0] - kept.shape[1]],
    [before[1], wide[1] - before[1] - kept.shape[2]],
    [0, 0],
  ]);
  return tf.depthwiseConv2d(padded, tf.reverse(filter, [0, 1]), 1, "valid");
}

/** [batch, h, w, c] -> [batch, h s, w s, c]: zeros behind each row and column. */
function spreadOut(dy: Tensor4D, { strideHeight, strideWidth }: Info): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const columns = tf.pad(tf.reshape(dy, [batch * height * width, channels]), [
    [0, 0],
    [0, (strideWidth - 1) * channels],
  ]);
  const row = width * strideWidth * channels;
  const rows = tf.pad(tf.reshape(columns, [batch * height, row]), [
    [0, 0],
    [0, (strideHeight - 1) * row],
  ]);
  return tf.reshape(rows, [batch, height * strideHeight, width * strideWidth, channels]);
}

/** d filter[k, l] = sum over all places of x shifted by (k, l) times dy, the sum being a product with ones. */
function filterGradient(x: Tensor4D, dy: Tensor4D, info: Info): Tensor4D {
  const { batchSize, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const channels = info.inChannels;
  const places = batchSize * outHeight * outWidth;
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  const ones = tf.ones([1, places]) as Tensor2D;
  const taps: Tensor1D[] = [];
  for (let k = 0; k < filterHeight; k++)
    for (let l = 0; l < filterWidth; l++) {
      const last = [k + (outHeight - 1) * strideHeight + 1, l + (outWidth - 1) * strideWidth + 1] as const;
      const shifted = tf.stridedSlice(
        padded,
        [0, k, l, 0],
        [batchSize, ...last, channels],
        [1, strideHeight, strideWidth, 1],
      );
      const products = tf.reshape(tf.mul(shifted as Tensor, dy), [places, channels]) as Tensor2D;
      taps.push(tf.reshape(tf.matMul(ones, products), [channels]));
    }
  return tf.reshape(tf.stack(taps), [filterHeight, filterWidth, channels, 1]);
}
