import type { TensorInfo } from "../tf.ts";
import { componentsOf, lanesOf, type PixelRow, type Reading, readPixels } from "./convolution-code.ts";
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

/** Reading by vec4 needs rows, and the first pixels of threads, that begin at one. */
export function readingOf(channels: number, width: number, step: number): Reading {
  if (channels % 4 === 0) return "quads";
  return channels < 4 && (width * channels) % 4 === 0 && (step * channels) % 4 === 0 ? "stretch" : "single";
}

interface ConvolutionTile extends PixelRow {
  readonly pixels: number;
  readonly outputs: 4 | 8;
  readonly exact: boolean;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** true: the filter is [kernel, kernel, out, in] and turned by 180 degrees, as an input's gradient takes it. */
  readonly turned: boolean;
  readonly quadFilter: boolean;
  readonly quadOut: boolean;
}

/**
 * y_{b,i,j,o} = sum_{k,l,c} x_{b, i+k-top, j+l-left, c} w_{k,l,c,o}, on an emulator: a thread computes 7 or 8 pixels of a
 * row for 8 output channels, so that an input pixel is loaded once for kernelWidth x 8 multiplications and a weight once
 * for all pixels. 4 to 5 GFLOP/s for 3 x 3 kernels on SwiftShader with two cores.
 */
export function convolve(x: TensorInfo, filter: TensorInfo, shape: ConvolutionShape, turned: boolean): TensorInfo {
  const { batch, width, channels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth, padLeft } = shape;
  const tiled = outWidth % 8 === 0 || readingOf(channels, width, 8) === "stretch" ? 8 : Math.min(8, evenTile(outWidth));
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
    outputs: outChannels > 4 ? 8 : 4,
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

/** The widest tile up to 8 that wastes least of a row. */
function evenTile(width: number): number {
  const tiles = Math.ceil(width / 8);
  return Math.ceil(width / tiles);
}

function kernel(tile: ConvolutionTile): FlatKernel {
  const { reading, channels, pixels, outputs, exact, kernelHeight, kernelWidth, padLeft, turned, inside } = tile;
  const lanes = lanesOf({ reading, channels });
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
  const { reading, channels, pixels, outputs, kernelHeight } = tile;
  const row = readPixels(tile);
  const loop = reading === "stretch" ? "{ let channel = 0u;" : loopOverChannels(lanesOf({ reading, channels }));
  return `
    let spot = thread / uniforms.deep;
    let output = (thread - spot * uniforms.deep) * ${outputs}u;
    let line = spot / uniforms.across;
    let x0 = (spot - line * uniforms.across) * ${pixels}u;
    let image = line / uniforms.outHeight;
    let y = line - image * uniforms.outHeight;
    ${lines(pixels, (p) => lines(outputs, (o) => `var c${p}_${o} = 0.0;`))}
    for (var ky = 0u; ky < ${kernelHeight}u; ky++) {
      let yy = i32(y + ky) - i32(uniforms.padTop);
      if (yy < 0 || yy >= i32(uniforms.height)) { continue; }
      let rowStart = (image * uniforms.height + u32(yy)) * uniforms.width * uniforms.channels;
      ${loop}
        ${row.lines}
        ${taps(tile, row.at)}
      }
    }
    ${stores(tile)}
  `;
}

const loopOverChannels = (lanes: number): string =>
  `for (var channel = 0u; channel < uniforms.channels; channel += ${lanes}u) {`;

/** All columns of one row of the kernel: loads of weights, and products with the pixels under them. */
function taps(tile: ConvolutionTile, at: (pixel: number, lane: number) => string): string {
  const { pixels, outputs, kernelWidth, reading, channels } = tile;
  const lanes = lanesOf({ reading, channels });
  return lines(kernelWidth, (kx) => {
    const weights = filterLoads(tile, kx, lanes);
    const products = lines(pixels, (p) =>
      lines(outputs, (o) => {
        const terms = Array.from({ length: lanes }, (_, lane) => `${at(p + kx, lane)} * ${weights.at(o, lane)}`);
        return `c${p}_${o} = ${"(".repeat(lanes)}c${p}_${o} + ${terms.join(") + ")});`;
      }),
    );
    return `${weights.loads}\n${products}`;
  });
}

function filterLoads(tile: ConvolutionTile, kx: number, lanes: number) {
  const { turned, quadFilter, outputs, kernelHeight, kernelWidth } = tile;
  const last = "uniforms.outChannels - 1u";
  if (turned) {
    const tap = `((${kernelHeight - 1}u - ky) * ${kernelWidth}u + ${kernelWidth - 1 - kx}u)`;
    const start = (o: number) =>
      `(${tap} * uniforms.outChannels + min(output + ${o}u, ${last})) * uniforms.channels + channel`;
    if (quadFilter)
      return {
        loads: lines(outputs, (o) => `let w${kx}_${o} = W[(${start(o)}) / 4u];`),
        at: (o: number, lane: number) => `w${kx}_${o}.${"xyzw"[lane]}`,
      };
    return {
      loads: lines(outputs, (o) => lines(lanes, (lane) => `let w${kx}_${o}_${lane} = W[${start(o)} + ${lane}u];`)),
      at: (o: number, lane: number) => `w${kx}_${o}_${lane}`,
    };
  }
  const start = (lane: number) =>
    `((ky * ${kernelWidth}u + ${kx}u) * uniforms.channels + channel + ${lane}u) * uniforms.outChannels`;
  if (quadFilter)
    return {
      loads: lines(lanes, (lane) =>
        lines(
          outputs / 4,
          (q) => `let w${kx}_${lane}_${q} = W[(${start(lane)} + min(output + ${4 * q}u, ${last})) / 4u];`,
        ),
      ),
      at: (o: number, lane: number) => `w${kx}_${lane}_${o >> 2}.${"xyzw"[o & 3]}`,
    };
  return {
    loads: lines(lanes, (lane) =>
      lines(outputs, (o) => `let w${kx}_${lane}_${o} = W[${start(lane)} + min(output + ${o}u, ${last})];`),
    ),
    at: (o: number, lane: number) => `w${kx}_${lane}_${o}`,
  };
}

function stores({ pixels, outputs, exact, quadOut }: ConvolutionTile): string {
  return lines(pixels, (p) => {
    const at = `((line * uniforms.outWidth + x0 + ${p}u) * uniforms.outChannels + output)`;
    const four = (q: number) => [0, 1, 2, 3].map((o) => `c${p}_${4 * q + o}`).join(", ");
    const store = quadOut
      ? lines(
          outputs / 4,
          (q) =>
            `if (output + ${4 * q}u < uniforms.outChannels) { result[${at} / 4u + ${q}u] = vec4<f32>(${four(q)}); }`,
        )
      : lines(outputs, (o) => `if (output + ${o}u < uniforms.outChannels) { result[${at} + ${o}u] = c${p}_${o}; }`);
    return exact ? store : `if (x0 + ${p}u < uniforms.outWidth) { ${store} }`;
  });
}
