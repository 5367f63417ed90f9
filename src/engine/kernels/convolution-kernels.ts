import { type TensorInfo, tf } from "../tf.ts";
import { type ConvolutionShape, convolve } from "./convolution.ts";
import { filterGradient } from "./filter-gradient.ts";
import { allFloat, type KernelCall, replaceKernel } from "./replace.ts";
import { kernelVariant } from "./variant.ts";

/**
 * Convolution and its two gradients, for stride 1 without dilation in NHWC; all else stays with tfjs. On a GPU its
 * products over gathered patches (im2col in workgroup memory) stay too, but for the gradient of the filter.
 */
export function registerConvolutions(): void {
  replaceKernel("Conv2D", ({ inputs, attrs }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
    const shape =
      kernelVariant() === "software" && allFloat(x, filter) ? plainShape(x.shape, filter.shape, attrs) : null;
    return shape && convolve(x, filter, shape, false);
  });
  replaceKernel("Conv2DBackpropInput", ({ inputs, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { inputShape } = attrs as { inputShape: number[] };
    const shape =
      kernelVariant() === "software" && allFloat(dy, filter) ? plainShape(inputShape, filter.shape, attrs) : null;
    return shape && convolve(dy, filter, backwards(shape), true);
  });
  replaceKernel("Conv2DBackpropFilter", ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape } = attrs as { filterShape: number[] };
    const shape = allFloat(x, dy) ? plainShape(x.shape, filterShape, attrs) : null;
    return shape && filterGradient(x, dy, shape);
  });
}

/** null for a convolution with strides or dilations, or in NCHW. */
function plainShape(
  input: readonly number[],
  filter: readonly number[],
  attrs: KernelCall["attrs"],
): ConvolutionShape | null {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as {
    strides: number | [number, number];
    pad: number | "same" | "valid";
    dataFormat: string;
    dilations?: number | [number, number];
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  if (dataFormat === "NCHW") return null;
  const size4 = (shape: readonly number[]) => [...shape] as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(
    size4(input),
    size4(filter),
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    false,
    "channelsLast",
  );
  const plain = [info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth].every((n) => n === 1);
  // A pixel of padding on the left may be more than a thread looks for.
  if (!plain || info.padInfo.left >= info.filterWidth || info.padInfo.top >= info.filterHeight) return null;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

/** dx is a convolution of dy with the turned filter. */
function backwards(shape: ConvolutionShape): ConvolutionShape {
  return {
    ...shape,
    height: shape.outHeight,
    width: shape.outWidth,
    channels: shape.outChannels,
    outHeight: shape.height,
    outWidth: shape.width,
    outChannels: shape.channels,
    padTop: shape.kernelHeight - 1 - shape.padTop,
    padLeft: shape.kernelWidth - 1 - shape.padLeft,
  };
}
