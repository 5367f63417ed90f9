import { runProgram, type TensorInfo, type WebGpuProgram } from "../tf.ts";
import { lines, sizeOf, workgroupsOf } from "./flat-program.ts";
import { kernelVariant } from "./variant.ts";

/** Threads of a workgroup. */
const WORKGROUP = 64;

/**
 * What a kernel computes of rows of numbers, [rows, width] -> the same shape: sums along a row, pass after pass, and then
 * each number of the result out of them.
 */
export interface RowForm {
  /** Names the form. */
  readonly key: string;
  /** How each operand `x0`, `x1`, ... lies: a row for every row, or one [width] for all. */
  readonly operands: readonly ("rows" | "one")[];
  /**
   * In turn: WGSL of what is summed over a row, out of the operands (of type T: f32, or vec4<f32> over four neighbours) and
   * what came before, and statements that follow. The sums of pass p are `sum<p>_0`, ..., f32; `width` is as well.
   */
  readonly passes: readonly { readonly sums: readonly string[]; readonly after?: string }[];
  /** WGSL of a number of the result, of type T. */
  readonly result: string;
  /** Number that the form reads as `scalar`, f32. */
  readonly scalar?: number;
}

/**
 * Runs a form. On a GPU neighbours in a workgroup share a row, as many as have some numbers each to add up, and join their
 * sums in workgroup memory; on an emulator, where every barrier costs, a thread has a row to itself.
 */
export function runRows(form: RowForm, inputs: readonly TensorInfo[], shape: readonly number[]): TensorInfo {
  const width = shape.at(-1) as number;
  const rows = sizeOf(shape) / width;
  const quad = width % 4 === 0;
  const count = quad ? width / 4 : width;
  const program = new RowProgram(form, quad, teamOf(count), [rows, width]);
  const flat = inputs.map((input) => ({ ...input, shape: [sizeOf(input.shape)] }));
  const scalar = new Uint32Array(Float32Array.of(form.scalar ?? 0).buffer)[0] as number;
  const uniforms = [rows, count, scalar].map((value) => ({ type: "uint32", data: [value] }));
  return { ...runProgram(program, flat, uniforms), shape: [...shape] };
}

/** Threads that share a row: a power of two, so that each has about two elements or more. */
const teamOf = (count: number): number =>
  kernelVariant() === "software" ? 1 : Math.min(WORKGROUP, 2 ** Math.floor(Math.log2(Math.max(1, count / 2))));

class RowProgram implements WebGpuProgram {
  variableNames: string[];
  variableComponents: number[];
  outputComponent: number;
  outputShape: number[];
  uniforms = "rows : u32, count : u32, scalar : u32,";
  workgroupSize: [number, number, number];
  dispatchLayout = { x: [0] };
  dispatch: [number, number, number];
  shaderKey: string;

  constructor(
    readonly form: RowForm,
    readonly quad: boolean,
    readonly team: number,
    [rows, width]: [number, number],
  ) {
    const size = team === 1 ? 16 : WORKGROUP;
    this.variableNames = form.operands.map((_, i) => `A${i}`);
    this.variableComponents = form.operands.map(() => (quad ? 4 : 1));
    this.outputComponent = quad ? 4 : 1;
    this.outputShape = [rows * width];
    this.workgroupSize = [size, 1, 1];
    this.dispatch = workgroupsOf(rows * team, size);
    this.shaderKey = `refrain_${form.key}_${team}_${quad ? 4 : 1}`;
  }

  getUserCode(): string {
    const { form, team, quad } = this;
    const type = quad ? "vec4<f32>" : "f32";
    const loads = lines(form.operands.length, (i) => {
      const place = form.operands[i] === "rows" ? "start + i" : "i";
      return `let x${i} = A${i}[${place}];`;
    });
    const typed = (code: string): string => code.replaceAll(/\bT\b/g, type);
    const most = Math.max(...form.passes.map(({ sums }) => sums.length));
    const pass = ({ sums, after = "" }: RowForm["passes"][number], p: number): string => `
      ${lines(sums.length, (s) => `var part${p}_${s} = ${type}();`)}
      for (var i = lane; i < uniforms.count; i += ${team}u) {
        ${loads}
        ${lines(sums.length, (s) => `part${p}_${s} += ${typed(sums[s] as string)};`)}
      }
      ${lines(sums.length, (s) => `var sum${p}_${s} = ${quad ? `dot(part${p}_${s}, vec4<f32>(1.0))` : `part${p}_${s}`};`)}
      ${team > 1 ? joined(p, sums.length, team) : ""}
      ${typed(after)}`;
    return `
      ${team > 1 ? lines(most, (s) => `var<workgroup> shares${s} : array<f32, ${WORKGROUP}>;`) : ""}
      fn main(index : i32) {
        let lane = u32(index) % ${team}u;
        let place = localIndex;
        // Beyond the last row it is computed again: a barrier wants every thread.
        let row = min(u32(index) / ${team}u, uniforms.rows - 1u);
        let start = row * uniforms.count;
        let scalar = bitcast<f32>(uniforms.scalar);
        let width = f32(uniforms.count * ${quad ? 4 : 1}u);
        ${form.passes.map(pass).join("\n")}
        for (var i = lane; i < uniforms.count; i += ${team}u) {
          ${loads}
          result[start + i] = ${typed(form.result)};
        }
      }`;
  }
}

/** Sums of all threads of a team, by halves, known to each of them afterwards. */
const joined = (pass: number, sums: number, team: number): string => `
  ${lines(sums, (s) => `shares${s}[place] = sum${pass}_${s};`)}
  workgroupBarrier();
  for (var half = ${team / 2}u; half > 0u; half = half >> 1u) {
    if (lane < half) { ${lines(sums, (s) => `shares${s}[place] += shares${s}[place + half];`)} }
    workgroupBarrier();
  }
  ${lines(sums, (s) => `sum${pass}_${s} = shares${s}[place - lane];`)}
  workgroupBarrier();`;
