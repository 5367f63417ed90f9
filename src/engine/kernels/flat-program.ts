import type { Elementwise } from "../captured/elementwise.ts";
import { runProgram, type TensorInfo, type WebGpuProgram } from "../tf.ts";

/** A kernel whose threads are numbered 0, 1, ..., over buffers of float32 without shapes. */
export interface FlatKernel {
  /** Names the source: kernels of one key have the same source, whatever the sizes. */
  readonly key: string;
  /** WGSL names of the inputs, and numbers in one element: 4 for array<vec4<f32>>. */
  readonly inputs: readonly (readonly [name: string, components: 1 | 4])[];
  /** Numbers in one element of `result`. */
  readonly output: 1 | 4;
  /** Names of the u32 in `uniforms`. */
  readonly uniforms: readonly string[];
  readonly workgroup: number;
  /** Whether `result` holds truth values: integers, 0 or 1. */
  readonly integers?: boolean;
  /** WGSL of functions that the body calls. */
  readonly prelude?: () => string;
  /** WGSL; has `thread` : u32, below the number of threads. */
  readonly body: () => string;
}

/** `count` pieces of source, a line each. */
export const lines = (count: number, piece: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => piece(i)).join("\n");

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Workgroups of `size` for so many threads, in rows of at most as many as WebGPU allows in a dimension. */
export function workgroupsOf(threads: number, size: number): [number, number, number] {
  const groups = Math.ceil(threads / size);
  const columns = Math.min(groups, 65_535);
  return [columns, Math.ceil(groups / columns), 1];
}

class FlatProgram implements WebGpuProgram {
  variableNames: string[];
  variableComponents: number[];
  outputComponent: number;
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  shaderKey: string;
  outputShape: number[];

  constructor(
    readonly kernel: FlatKernel,
    size: number,
    threads: number,
    /** What it computes, for whoever puts kernels together. */
    readonly elementwise: Elementwise | null,
  ) {
    this.outputShape = [size];
    this.variableNames = kernel.inputs.map(([name]) => name);
    this.variableComponents = kernel.inputs.map(([, components]) => components);
    this.outputComponent = kernel.output;
    this.workgroupSize = [kernel.workgroup, 1, 1];
    this.dispatch = workgroupsOf(threads, kernel.workgroup);
    this.shaderKey = `refrain_${kernel.key}_${kernel.inputs.map(([, n]) => n).join("")}${kernel.output}`;
  }

  get uniforms(): string {
    return [...this.kernel.uniforms, "threads"].map((name) => `${name} : u32, `).join("");
  }

  getUserCode(): string {
    return `
      ${this.kernel.prelude?.() ?? ""}
      fn main(index : i32) {
        let thread = u32(index);
        if (thread >= uniforms.threads) { return; }
        ${this.kernel.body()}
      }
    `;
  }
}

/** Runs a kernel with this many threads; gives a tensor of the shape, of float32 or truth values. */
export function runFlat(
  kernel: FlatKernel,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  threads: number,
  uniforms: readonly number[],
  { elementwise = null }: { readonly elementwise?: Elementwise | null } = {},
): TensorInfo {
  const flat = inputs.map((input) => ({ ...input, shape: [sizeOf(input.shape)] }));
  const program = new FlatProgram(kernel, sizeOf(shape), threads, elementwise);
  const values = [...uniforms, threads].map((value) => ({ type: "uint32", data: [value] }));
  return { ...runProgram(program, flat, values, kernel.integers ? "bool" : "float32"), shape: [...shape] };
}
