import { type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, lines, runFlat } from "./flat-program.ts";
import { reduce } from "./reduce.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant, wantedThreads } from "./variant.ts";

/** A depthwise convolution of one output a channel, without dilation, NHWC. */
interface DepthwiseShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/**
 * The gradient of a depthwise convolution's filter, for channels in fours and one output each; all else stays with tfjs,
 * which gives each weight one thread that walks over every pixel of the batch: 288 threads for a 3 x 3 filter of 32
 * channels.
 */
export function registerDepthwise(): void {
  replaceKernel("DepthwiseConv2dNativeBackpropFilter", ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape, strides, dilations, pad, dimRoundingMode } = attrs as {
      filterShape: [number, number, number, number];
      strides: number | [number, number];
      dilations: number | [number, number];
      pad: number | "same" | "valid";
      dimRoundingMode?: "floor" | "round" | "ceil";
    };
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    );
    const plain = info.dilationHeight === 1 && info.dilationWidth === 1 && info.strideHeight === info.strideWidth;
    if (!plain || info.outChannels !== info.inChannels || info.inChannels % 4 !== 0 || !allFloat(x, dy)) return null;
    return depthwiseFilterGradient(x, dy, {
      batch: info.batchSize,
      height: info.inHeight,
      width: info.inWidth,
      channels: info.inChannels,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
      kernelHeight: info.filterHeight,
      kernelWidth: info.filterWidth,
      stride: info.strideHeight,
      padTop: info.padInfo.top,
      padLeft: info.padInfo.left,
    });
  });
}

/**
 * dw_{k,l,c} = sum_{b,i,j} x_{b, s i + k - top, s j + l - left, c} dy_{b,i,j,c}. A thread keeps a row of taps of four
 * channels and walks over the rows of a slice of the images; a second dispatch adds up the slices.
 */
function depthwiseFilterGradient(x: TensorInfo, dy: TensorInfo, shape: DepthwiseShape): TensorInfo {
  const { batch, height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, stride } = shape;
  const quads = channels / 4;
  const perSlice = kernelHeight * quads;
  const rows = batch * outHeight;
  const stretch = Math.ceil(rows / Math.min(256, rows, Math.ceil(wantedThreads() / perSlice)));
  const slices = Math.ceil(rows / stretch);
  const inner = kernelHeight * kernelWidth * channels;
  const uniforms = [height, width, quads, outHeight, outWidth, stride, shape.padTop, shape.padLeft, rows, stretch];
  const partial = runFlat(kernel(shape), [x, dy], [slices, inner], perSlice * slices, uniforms);
  const sum = reduce(partial, "sum", { outer: 1, count: slices, inner }, [kernelHeight, kernelWidth, channels, 1], 1);
  tf.backend().disposeData(partial.dataId);
  return sum;
}

function kernel({ kernelHeight, kernelWidth }: DepthwiseShape): FlatKernel {
  const workgroup = kernelVariant() === "software" ? 4 : 64;
  return {
    key: `depthwise_filter_gradient_${kernelHeight}x${kernelWidth}_${workgroup}`,
    inputs: [
      ["X", 4],
      ["D", 4],
    ],
    output: 4,
    uniforms: [
      ...["height", "width", "quads", "outHeight", "outWidth"],
      ...["stride", "padTop", "padLeft", "rows", "stretch"],
    ],
    workgroup,
    body: () => body(kernelHeight, kernelWidth),
  };
}

/** Coordinates above the upper or left edge wrap round and so are beyond the lower or right one. */
const body = (kernelHeight: number, kernelWidth: number): string => `
  let line = thread / uniforms.quads;
  let quad = thread - line * uniforms.quads;
  let slice = line / ${kernelHeight}u;
  let ky = line - slice * ${kernelHeight}u;
  ${lines(kernelWidth, (kx) => `var g${kx} = vec4<f32>(0.0);`)}
  let end = min((slice + 1u) * uniforms.stretch, uniforms.rows);
  for (var r = slice * uniforms.stretch; r < end; r++) {
    let image = r / uniforms.outHeight;
    let y = (r - image * uniforms.outHeight) * uniforms.stride + ky - uniforms.padTop;
    if (y >= uniforms.height) { continue; }
    let rowStart = (image * uniforms.height + y) * uniforms.width;
    for (var j = 0u; j < uniforms.outWidth; j++) {
      let d = D[(r * uniforms.outWidth + j) * uniforms.quads + quad];
      let left = j * uniforms.stride - uniforms.padLeft;
      ${lines(
        kernelWidth,
        (kx) =>
          `if (left + ${kx}u < uniforms.width) { g${kx} += X[(rowStart + left + ${kx}u) * uniforms.quads + quad] * d; }`,
      )}
    }
  }
  ${lines(kernelWidth, (kx) => `result[(line * ${kernelWidth}u + ${kx}u) * uniforms.quads + quad] = g${kx};`)}
`;
