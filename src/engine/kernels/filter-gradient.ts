import { type TensorInfo, tf } from "../tf.ts";
import type { ConvolutionShape } from "./convolution.ts";
import { componentsOf, lanesOf, type PixelRow, readingOf, readPixels, whichInside } from "./convolution-code.ts";
import { type FlatKernel, lines, runFlat } from "./flat-program.ts";
import { reduce } from "./reduce.ts";
import { wantedThreads } from "./variant.ts";

interface GradientTile extends PixelRow {
  readonly step: number;
  readonly outputs: 4 | 8;
  readonly exact: boolean;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly quadDy: boolean;
}

/**
 * dw_{k,l,c,o} = sum_{b,i,j} x_{b, i+k-top, j+l-left, c} dy_{b,i,j,o}. A thread keeps a row of taps, up to 4 input and 8
 * output channels in registers (96 numbers at 3 x 3) and walks over the rows of a slice of the images; a second dispatch
 * adds up the slices. tfjs gives each weight one thread that walks over every pixel of the batch: 216 threads for a 3 x 3
 * kernel from 3 to 8 channels, each with two loads a multiplication. A GPU of ten thousand threads idles there too, so both
 * variants run this kernel; they differ in the number of slices.
 */
export function filterGradient(x: TensorInfo, dy: TensorInfo, shape: ConvolutionShape): TensorInfo {
  const { batch, width, channels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth, padLeft } = shape;
  const step = stepOf(outWidth, width, channels);
  const exact = outWidth % step === 0;
  const reading = readingOf(channels, width, step);
  const tile: GradientTile = {
    reading,
    channels,
    count: step + kernelWidth - 1,
    padLeft,
    inside: exact && outWidth === width ? [padLeft, padLeft + step] : [0, 0],
    step,
    outputs: outChannels > 4 ? 8 : 4,
    exact,
    kernelHeight,
    kernelWidth,
    quadDy: outChannels % 4 === 0,
  };
  const chunks = Math.ceil(channels / lanesOf({ reading, channels }));
  const deep = Math.ceil(outChannels / tile.outputs);
  const perSlice = kernelHeight * chunks * deep;
  const rows = batch * outHeight;
  const stretch = Math.ceil(rows / Math.min(256, rows, Math.ceil(wantedThreads() / perSlice)));
  const slices = Math.ceil(rows / stretch);
  const filterShape = [kernelHeight, kernelWidth, channels, outChannels];
  const uniforms = [shape.height, width, channels, outHeight, outWidth, outChannels, shape.padTop, chunks, deep, rows];
  const inner = kernelHeight * kernelWidth * channels * outChannels;
  const partial = runFlat(kernel(tile), [x, dy], [slices, inner], perSlice * slices, [...uniforms, stretch]);
  const sum = reduce(partial, "sum", { outer: 1, count: slices, inner }, filterShape, 1);
  tf.backend().disposeData(partial.dataId);
  return sum;
}

/** Pixels in one turn of the loop over a row: a divisor of its width, where one lies from 4 to 8. */
function stepOf(outWidth: number, width: number, channels: number): number {
  if (readingOf(channels, width, 4) === "stretch") return 4;
  return [8, 7, 6, 5].find((step) => outWidth % step === 0) ?? 4;
}

function kernel(tile: GradientTile): FlatKernel {
  const { reading, channels, step, outputs, exact, kernelHeight, kernelWidth, padLeft, inside } = tile;
  const size = `${kernelHeight}x${kernelWidth}_${padLeft}_${step}x${outputs}_${lanesOf({ reading, channels })}`;
  return {
    key: `filter_gradient_${size}_${reading}_${exact ? "e" : ""}${inside[1] > 0 ? "i" : ""}`,
    inputs: [
      ["X", componentsOf(reading)],
      ["D", tile.quadDy ? 4 : 1],
    ],
    output: 1,
    uniforms: [
      ...["height", "width", "channels", "outHeight", "outWidth", "outChannels", "padTop"],
      ...["chunks", "deep", "rows", "stretch"],
    ],
    workgroup: 4,
    body: () => body(tile),
  };
}

function body(tile: GradientTile): string {
  const { reading, channels, step, outputs, kernelHeight, kernelWidth } = tile;
  const lanes = lanesOf({ reading, channels });
  const row = readPixels(tile);
  const shift = tile.quadDy ? " >> 2u" : "";
  const each = (f: (kx: number, lane: number, o: number) => string): string =>
    lines(kernelWidth, (kx) => lines(lanes, (lane) => lines(outputs, (o) => f(kx, lane, o))));
  const products = each((kx, lane, o) => {
    const terms = Array.from({ length: step }, (_, p) => `${row.at(p + kx, lane)} * ${dyAt(tile, p, o)}`);
    return `g${kx}_${lane}_${o} = ${"(".repeat(step)}g${kx}_${lane}_${o} + ${terms.join(") + ")});`;
  });
  const store = each((kx, lane, o) => {
    const at = `tap + (${kx}u * uniforms.channels + ${lane}u) * uniforms.outChannels + ${o}u`;
    return `if (has${o}) { result[${at}] = g${kx}_${lane}_${o}; }`;
  });
  return `
    let part = thread / uniforms.deep;
    let output = (thread - part * uniforms.deep) * ${outputs}u;
    let line = part / uniforms.chunks;
    let channel = (part - line * uniforms.chunks) * ${lanes}u;
    let slice = line / ${kernelHeight}u;
    let ky = line - slice * ${kernelHeight}u;
    ${each((kx, lane, o) => `var g${kx}_${lane}_${o} = 0.0;`)}
    let end = min((slice + 1u) * uniforms.stretch, uniforms.rows);
    let outWidth = uniforms.outWidth;
    let dyStride = uniforms.outChannels${shift};
    for (var r = slice * uniforms.stretch; r < end; r++) {
      let image = r / uniforms.outHeight;
      let yy = r - image * uniforms.outHeight + ky - uniforms.padTop;
      if (yy >= uniforms.height) { continue; }
      let rowStart = (image * uniforms.height + yy) * uniforms.width * uniforms.channels;
      let dyStart = r * outWidth * dyStride + (output${shift});
      for (var x0 = 0u; x0 < outWidth; x0 += ${step}u) {
        ${whichInside(tile)}
        ${row.lines}
        ${dyLoads(tile)}
        ${products}
      }
    }
    ${lines(outputs, (o) => `let has${o} = output + ${o}u < uniforms.outChannels;`)}
    let tap = ((line * ${kernelWidth}u) * uniforms.channels + channel) * uniforms.outChannels + output;
    ${store}
  `;
}

const dyAt = ({ quadDy }: GradientTile, p: number, o: number): string =>
  quadDy ? `d${p}_${o >> 2}.${"xyzw"[o & 3]}` : `d${p}_${o}`;

/** The gradients above the step's pixels; 0 beyond the end of a row. */
function dyLoads({ step, outputs, exact, quadDy }: GradientTile): string {
  const zero = quadDy ? "vec4<f32>(0.0)" : "0.0";
  return lines(step, (p) => {
    const place = `let dyAt${p} = dyStart + (x0 + ${p}u) * dyStride;`;
    const load = (o: number): string => {
      const value = `D[dyAt${p} + ${o}u]`;
      return `let d${p}_${o} = ${exact ? value : `select(${zero}, ${value}, x0 + ${p}u < outWidth)`};`;
    };
    return `${place}\n${lines(quadDy ? outputs / 4 : outputs, load)}`;
  });
}
