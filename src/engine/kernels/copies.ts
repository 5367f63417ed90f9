import { runProgram, runProgramInto, type Tensor, type TensorInfo, tf, type WebGpuProgram } from "../tf.ts";
import { workgroupsOf } from "./flat-program.ts";

/** A copy of neighbouring bytes, as whoever records a step may read it off its program: to bind them where they lie. */
export interface Copy {
  /** Offset in the value that is read, and in the one that is written. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

const KERNEL = "RefrainRange";
const WORKGROUP = 64;

class CopyProgram implements WebGpuProgram {
  variableNames = ["source"];
  uniforms = "start : u32, offset : u32, length : u32,";
  workgroupSize: [number, number, number] = [WORKGROUP, 1, 1];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  shaderKey = "copy_range";
  readonly copy: Copy;

  constructor(
    readonly outputShape: number[],
    readonly start: number,
    readonly offset: number,
    readonly length: number,
  ) {
    this.dispatch = workgroupsOf(length, WORKGROUP);
    this.copy = { from: 4 * start, to: 4 * offset, bytes: 4 * length };
  }

  getUserCode(): string {
    return `
      fn main(index : i32) {
        let i = u32(index);
        if (i < uniforms.length) { result[uniforms.offset + i] = source[uniforms.start + i]; }
      }`;
  }

  get values() {
    return [this.start, this.offset, this.length].map((value) => ({ type: "uint32", data: [value] }));
  }
}

/** Numbers `start` to `start + length` of a vector on WebGPU, copied: [length]. */
export function range(vector: Tensor, start: number, length: number): Tensor {
  if (!tf.getKernel(KERNEL, "webgpu"))
    tf.registerKernel({
      kernelName: KERNEL,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs }): TensorInfo => {
        const of = attrs as unknown as { start: number; length: number };
        const program = new CopyProgram([of.length], of.start, 0, of.length);
        return runProgram(program, [inputs.vector as TensorInfo], program.values);
      },
    });
  return tf.engine().runKernel(KERNEL, { vector }, { start, length }) as Tensor;
}

/** Writes a tensor's numbers over those of a vector from `offset` on. */
export function copyInto(vector: Tensor, offset: number, tensor: Tensor): void {
  const program = new CopyProgram([vector.size], 0, offset, tensor.size);
  runProgramInto(vector, program, [tensor], program.values);
}
