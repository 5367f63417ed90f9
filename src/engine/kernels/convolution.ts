import type { TensorInfo } from "../tf.ts";
import {
  componentsOf,
  type FilterTile,
  lanesOf,
  type PixelRow,
  readFilter,
  readingOf,
  readPixels,
  whichInside,
} from "./convolution-code.ts";
import { type FlatKernel, lines, runFlat } from "./flat-program.ts";

/** A convolution with stride 1 and no dilation, NHWC. */
export interface ConvolutionShape {
  readonly batch: number;
  /** Of the input. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

interface ConvolutionTile extends PixelRow, FilterTile {
  readonly pixels: number;
  readonly exact: boolean;
  readonly quadOut: boolean;
}

/**
 * y_{b,i,j,o} = sum_{k,l,c} x_{b, i+k-top, j+l-left, c} w_{k,l,c,o}, on an emulator: a thread computes up to 16 pixels
 * of a row for 8 output channels, so that an input pixel is loaded once for kernelWidth x 8 multiplications and a weight once
 * for all pixels. Measured on SwiftShader with two cores: 3.1 GFLOP/s with 14 pixels, 2.0 with 7, 1.0 with 2.
 */
export function convolve(x: TensorInfo, filter: TensorInfo, shape: ConvolutionShape, turned: boolean): TensorInfo {
  const { batch, width, channels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth, padLeft } = shape;
  const tiled = tileOf(outWidth, width, channels, kernelWidth);
  const reading = readingOf(channels, width, tiled);
  const exact = outWidth % tiled === 0;
  const samePadded = outWidth === width;
  const tile: ConvolutionTile = {
    reading,
    channels,
    count: tiled + kernelWidth - 1,
    padLeft,
    inside: exact && samePadded ? [padLeft, padLeft + tiled] : [0, 0],
    pixels: tiled,
    outputs: outChannels > 4 && tiled <= 16 ? 8 : 4,
    lanes: lanesOf({ reading, channels }),
    exact,
    kernelHeight,
    kernelWidth,
    turned,
    quadFilter: turned ? reading === "quads" : outChannels % 4 === 0,
    quadOut: outChannels % 4 === 0,
  };
  const across = Math.ceil(outWidth / tiled);
  const deep = Math.ceil(outChannels / tile.outputs);
  const threads = batch * outHeight * across * deep;
  const uniforms = [shape.height, width, channels, outHeight, outWidth, outChannels, shape.padTop, across, deep];
  return runFlat(kernel(tile), [x, filter], [batch, outHeight, outWidth, outChannels], threads, uniforms);
}

/** Pixels of a thread: up to 16 where the kernel is small, and as many in each tile of a row as can be. */
function tileOf(outWidth: number, width: number, channels: number, kernelWidth: number): number {
  const most = kernelWidth > 3 ? 8 : 16;
  if (readingOf(channels, width, 4) === "stretch")
    return outWidth <= 28 && outWidth % 4 === 0 && kernelWidth <= 3
      ? outWidth
      : Math.min(8, 4 * Math.ceil(outWidth / 4));
  return Math.ceil(outWidth / Math.ceil(outWidth / most));
}

function kernel(tile: ConvolutionTile): FlatKernel {
  const { reading, lanes, pixels, outputs, exact, kernelHeight, kernelWidth, padLeft, turned, inside } = tile;
  const size = `${kernelHeight}x${kernelWidth}_${padLeft}_${pixels}x${outputs}_${lanes}`;
  return {
    key: `convolution_${size}_${reading}_${exact ? "e" : ""}${turned ? "t" : ""}${inside[1] > 0 ? "i" : ""}`,
    inputs: [
      ["X", componentsOf(reading)],
      ["W", tile.quadFilter ? 4 : 1],
    ],
    output: tile.quadOut ? 4 : 1,
    uniforms: ["height", "width", "channels", "outHeight", "outWidth", "outChannels", "padTop", "across", "deep"],
    workgroup: 4,
    body: () => body(tile),
  };
}

function body(tile: ConvolutionTile): string {
  const { reading, lanes, pixels, outputs, kernelHeight, kernelWidth } = tile;
  const row = readPixels(tile);
  const filter = readFilter(tile);
  const taps = lines(kernelWidth, (kx) => {
    const products = lines(pixels, (p) =>
      lines(outputs, (o) => {
        const terms = Array.from({ length: lanes }, (_, lane) => `${row.at(p + kx, lane)} * ${filter.at(kx, o, lane)}`);
        return `c${p}_${o} = ${"(".repeat(lanes)}c${p}_${o} + ${terms.join(") + ")});`;
      }),
    );
    return `${filter.loads(kx)}\n${products}`;
  });
  return `
    let spot = thread / uniforms.deep;
    let output = (thread - spot * uniforms.deep) * ${outputs}u;
    let line = spot / uniforms.across;
    let x0 = (spot - line * uniforms.across) * ${pixels}u;
    let image = line / uniforms.outHeight;
    let y = line - image * uniforms.outHeight;
    ${whichInside(tile)}
    ${filter.setup}
    ${lines(pixels, (p) => lines(outputs, (o) => `var c${p}_${o} = 0.0;`))}
    for (var ky = 0u; ky < ${kernelHeight}u; ky++) {
      let yy = y + ky - uniforms.padTop;
      if (yy >= uniforms.height) { continue; }
      let rowStart = (image * uniforms.height + yy) * uniforms.width * uniforms.channels;
      ${reading === "stretch" ? "{ let channel = 0u;" : loopOverChannels(lanes)}
        ${row.lines}
        ${filter.start}
        ${taps}
      }
    }
    ${stores(tile)}
  `;
}

const loopOverChannels = (lanes: number): string =>
  `for (var channel = 0u; channel < uniforms.channels; channel += ${lanes}u) {`;

function stores({ pixels, outputs, exact, quadOut }: ConvolutionTile): string {
  const shift = quadOut ? " >> 2u" : "";
  const four = (p: number, q: number) => [0, 1, 2, 3].map((o) => `c${p}_${4 * q + o}`).join(", ");
  const store = (p: number): string =>
    quadOut
      ? lines(outputs / 4, (q) => `if (has${q}) { result[out${p} + ${q}u] = vec4<f32>(${four(p, q)}); }`)
      : lines(outputs, (o) => `if (has${o}) { result[out${p} + ${o}u] = c${p}_${o}; }`);
  const unit = quadOut ? 4 : 1;
  return `
    let outStride = uniforms.outChannels${shift};
    let out = (line * uniforms.outWidth + x0) * outStride + (output${shift});
    ${lines(outputs / unit, (q) => `let has${q} = output + ${q * unit}u < uniforms.outChannels;`)}
    ${lines(pixels, (p) => {
      const stored = `let out${p} = out + ${p}u * outStride; ${store(p)}`;
      return exact ? stored : `if (x0 + ${p}u < uniforms.outWidth) { ${stored} }`;
    })}
  `;
}
