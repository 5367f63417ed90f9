import type { Elementwise } from "../captured/elementwise.ts";
import { runProgram, type TensorInfo, tf, type WebGpuProgram } from "../tf.ts";
import { workgroupsOf } from "./flat-program.ts";
import { PHILOX_WGSL } from "./philox-wgsl.ts";

/** Name of the kernel in tfjs's registry. */
export const PHILOX_KERNEL = "RefrainPhilox";

/** What decides a draw: see {@link import("../draws.ts").Draws}. */
export interface PhiloxAttributes {
  readonly rows: number;
  readonly k: number;
  readonly size: number;
  readonly key: readonly [number, number];
  readonly step: number;
  readonly firstRow: number;
  readonly distribution: "uniform" | "normal";
}

/** One thread a Philox block: four numbers of one repeat of one row. */
class PhiloxProgram implements WebGpuProgram {
  variableNames = ["counterStep"];
  uniforms = "key0 : u32, key1 : u32, firstRow : u32, repeats : u32, rowSize : u32, blocks : u32, total : u32,";
  workgroupSize: [number, number, number] = [64, 1, 1];
  dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  shaderKey: string;

  constructor(
    readonly outputShape: number[],
    totalBlocks: number,
    readonly distribution: "uniform" | "normal",
    /** What it computes, for whoever puts kernels together. */
    readonly elementwise: Elementwise | null,
  ) {
    this.dispatchLayout = { x: outputShape.map((_, i) => i) };
    this.dispatch = workgroupsOf(totalBlocks, 64);
    this.shaderKey = `philox_${distribution}`;
  }

  getUserCode(): string {
    return `
      ${PHILOX_WGSL}
      fn main(index : i32) {
        let thread = u32(index);
        if (thread >= uniforms.total) { return; }
        let block = thread % uniforms.blocks;
        let repeatRow = thread / uniforms.blocks;
        let repeat = repeatRow % uniforms.repeats;
        let row = repeatRow / uniforms.repeats + uniforms.firstRow;
        let x = philox(vec4<u32>(block, row, repeat, u32(counterStep[0])), vec2<u32>(uniforms.key0, uniforms.key1));
        let v = ${this.distribution === "uniform" ? "uniforms4" : "normals4"}(x);
        let start = repeatRow * uniforms.rowSize + block * 4u;
        let count = min(4u, uniforms.rowSize - block * 4u);
        for (var j = 0u; j < count; j++) { result[start + j] = v[j]; }
      }
    `;
  }
}

/** Four numbers at a time, where no row ends within four. */
function elementwiseOf(attributes: object): Elementwise | null {
  const { rows, k, size, key, firstRow, distribution } = attributes as PhiloxAttributes;
  if (size % 4 !== 0) return null;
  const four = distribution === "uniform" ? "uniforms4" : "normals4";
  return {
    axes: [rows * k * size],
    operands: [{ strides: [0], integers: "raw" }],
    expression: `${four}(drawn(AT / 4u, word0, word1, word2, u32(x0), vec2<u32>(word3, word4)))`,
    words: [size / 4, k, firstRow, key[0], key[1]],
    prelude: `${PHILOX_WGSL}
      fn drawn(place : u32, blocks : u32, repeats : u32, firstRow : u32, step : u32, key : vec2<u32>) -> vec4<u32> {
        let repeatRow = place / blocks;
        let row = repeatRow / repeats;
        let counter = vec4<u32>(place - repeatRow * blocks, row + firstRow, repeatRow - row * repeats, step);
        return philox(counter, key);
      }`,
    quads: true,
    cost: distribution === "uniform" ? 40 : 80,
  };
}

/**
 * Makes the kernel known to tfjs, so that its output is tracked like that of any other. The step of the counter is read
 * from a tensor [1] of int32, `counterStep`, so that the same dispatch draws other numbers in the next step.
 */
export function registerPhilox(): void {
  tf.registerKernel({
    kernelName: PHILOX_KERNEL,
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }): TensorInfo => {
      const { rows, k, size, key, firstRow, distribution } = attrs as unknown as PhiloxAttributes;
      const blocks = Math.ceil(size / 4);
      const total = rows * k * blocks;
      const program = new PhiloxProgram([rows, k, size], total, distribution, elementwiseOf(attrs as object));
      const uniforms = [key[0], key[1], firstRow, k, size, blocks, total];
      return runProgram(
        program,
        [inputs.counterStep as TensorInfo],
        uniforms.map((value) => ({ type: "uint32", data: [value] })),
      );
    },
  });
}
