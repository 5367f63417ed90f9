import { type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, lines, runFlat } from "./flat-program.ts";
import { allFloat, type KernelCall, replaceKernel } from "./replace.ts";
import { coordinates } from "./run-elementwise.ts";

/** Windows side by side, without padding: input [batch, height, width, channels] in windows of side x side. */
interface Windows {
  readonly side: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/**
 * Max-pooling in windows that do not overlap, and its gradient, a thread for a window of a channel or four. tfjs's
 * gradient takes two dispatches, one to find each window's maximum and one in which each input pixel looks through all windows
 * it might lie in; here a window hands its gradient to its maximum (the first one, where several are equal). That halves
 * dispatches and bytes on a GPU as well, so both variants run it.
 */
export function registerMaxPool(): void {
  replaceKernel("MaxPool", ({ inputs, attrs }) => {
    const x = inputs.x as TensorInfo;
    const windows = allFloat(x) ? windowsOf(x.shape, attrs) : null;
    return windows && forward(x, windows);
  });
  replaceKernel("MaxPoolGrad", ({ inputs, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
    const windows = allFloat(dy, input) ? windowsOf(input.shape, attrs) : null;
    return windows && backward(dy, input, windows);
  });
}

function windowsOf(shape: readonly number[], attrs: KernelCall["attrs"]): Windows | null {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as {
    filterSize: number | [number, number];
    strides: number | [number, number];
    pad: "valid" | "same" | number;
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  const info = tf.backend_util.computePool2DInfo(
    [...shape] as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { filterHeight: side, padInfo } = info;
  const square = [info.filterWidth, info.strideHeight, info.strideWidth].every((n) => n === side);
  const padded = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right].some((n) => n !== 0);
  // Windows that reach beyond the image come with rounding up.
  const fits = info.outHeight * side <= info.inHeight && info.outWidth * side <= info.inWidth;
  if (!square || padded || !fits || side > 4 || info.outHeight * info.outWidth * info.batchSize === 0) return null;
  return {
    side,
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
  };
}

function forward(x: TensorInfo, windows: Windows): TensorInfo {
  const { side, batch, height, width, channels, outHeight, outWidth } = windows;
  const unit = channels % 4 === 0 ? 4 : 1;
  const deep = channels / unit;
  const kernel: FlatKernel = {
    key: `max_pool_${side}`,
    inputs: [["A", unit]],
    output: unit,
    uniforms: ["size1", "size2", "size3", "height", "width"],
    workgroup: 64,
    body: () => `
      ${coordinates(4)}
      let start = ((x0 * uniforms.height + x1 * ${side}u) * uniforms.width + x2 * ${side}u) * uniforms.size3 + x3;
      var most = A[start];
      ${lines(side * side - 1, (i) => {
        const value = `v${i + 1}`;
        return `let ${value} = A[${pixel(side, i + 1)}]; most = select(most, ${value}, ${value} > most);`;
      })}
      result[thread] = most;
    `,
  };
  const shape = [batch, outHeight, outWidth, channels];
  return runFlat(kernel, [x], shape, batch * outHeight * outWidth * deep, [outHeight, outWidth, deep, height, width]);
}

/** Element of pixel i of a window that begins at `start`. */
const pixel = (side: number, i: number): string =>
  `start + (${Math.floor(i / side)}u * uniforms.width + ${i % side}u) * uniforms.size3`;

/** Threads also for the strips on the right and below that no window covers, whose gradient is 0. */
function backward(dy: TensorInfo, x: TensorInfo, windows: Windows): TensorInfo {
  const { side, batch, height, width, channels, outHeight, outWidth } = windows;
  const unit = channels % 4 === 0 ? 4 : 1;
  const deep = channels / unit;
  const type = unit === 4 ? "vec4<f32>" : "f32";
  const [rows, columns] = [Math.ceil(height / side), Math.ceil(width / side)];
  const kernel: FlatKernel = {
    key: `max_pool_gradient_${side}`,
    inputs: [
      ["D", unit],
      ["A", unit],
    ],
    output: unit,
    uniforms: ["size1", "size2", "size3", "height", "width", "outHeight", "outWidth"],
    workgroup: 64,
    body: () => `
      ${coordinates(4)}
      let start = ((x0 * uniforms.height + x1 * ${side}u) * uniforms.width + x2 * ${side}u) * uniforms.size3 + x3;
      if (x1 >= uniforms.outHeight || x2 >= uniforms.outWidth) {
        ${lines(side * side, (i) => {
          const [y, x] = [Math.floor(i / side), i % side];
          const inside = `x1 * ${side}u + ${y}u < uniforms.height && x2 * ${side}u + ${x}u < uniforms.width`;
          return `if (${inside}) { result[${pixel(side, i)}] = ${type}(0.0); }`;
        })}
        return;
      }
      let d = D[((x0 * uniforms.outHeight + x1) * uniforms.outWidth + x2) * uniforms.size3 + x3];
      let most0 = A[start];
      let winner0 = ${type}(0.0);
      ${lines(side * side - 1, (i) => {
        const n = i + 1;
        return `let v${n} = A[${pixel(side, n)}];
          let winner${n} = select(winner${i}, ${type}(${n}.0), v${n} > most${i});
          let most${n} = select(most${i}, v${n}, v${n} > most${i});`;
      })}
      ${lines(side * side, (i) => {
        const won = `winner${side * side - 1} == ${type}(${i}.0)`;
        return `result[${pixel(side, i)}] = select(${type}(0.0), d, ${won});`;
      })}
    `,
  };
  const sizes = [rows, columns, deep, height, width, outHeight, outWidth];
  return runFlat(kernel, [dy, x], [batch, height, width, channels], batch * rows * columns * deep, sizes);
}
