import { type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, lines, runFlat, sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant } from "./variant.ts";

/** WGSL of a result out of `a` and `b`, numbers or vec4. */
const BINARY = {
  Add: "a + b",
  Sub: "a - b",
  Multiply: "a * b",
  RealDiv: "a / b",
  SquaredDifference: "(a - b) * (a - b)",
} as const;

/** WGSL of a result out of `a`, of type T. NaN fails the comparison with <= and stays. */
const UNARY = {
  Relu: "select(a, T(0.0), a <= T(0.0))",
  Square: "a * a",
  Neg: "-a",
} as const;

/**
 * Sums, products and the like on an emulator. tfjs loads an operand that is broadcast over few numbers, such as a bias, into
 * workgroup memory, which takes a barrier; there that costs hundreds of milliseconds for a million numbers. Here a thread
 * computes its place in either operand. On a GPU it is bytes that count, the same for both; there tfjs's kernels stay.
 */
export function registerElementwise(): void {
  for (const [name, expression] of Object.entries(BINARY))
    replaceKernel(name, ({ inputs }) => {
      const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
      if (kernelVariant() !== "software" || !allFloat(a, b)) return null;
      return binary(name, expression, a, b);
    });
  for (const [name, expression] of Object.entries(UNARY))
    replaceKernel(name, ({ inputs }) => {
      const x = inputs.x as TensorInfo;
      return kernelVariant() === "software" && allFloat(x) ? unary(name, expression, x) : null;
    });
}

/** A stretch of axes that each operand either has in full or repeats. */
interface Axes {
  readonly size: number;
  readonly inA: boolean;
  readonly inB: boolean;
}

function binary(name: string, expression: string, a: TensorInfo, b: TensorInfo): TensorInfo | null {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const axes = merged(shape, a.shape, b.shape);
  const last = axes[axes.length - 1] as Axes;
  const size = sizeOf(shape);
  if (axes.length > 4 || size === 0) return null;
  const quad = last.size % 4 === 0;
  const sizes = axes.map((axis) => (quad && axis === last ? axis.size / 4 : axis.size));
  const strides = (has: (axis: Axes) => boolean) =>
    axes.map((axis, i) => (has(axis) ? sizeOf(sizes.filter((_, j) => j > i && has(axes[j] as Axes))) : 0));
  const threads = quad ? size / 4 : size;
  const [stridesA, stridesB] = [strides(({ inA }) => inA), strides(({ inB }) => inB)];
  const uniforms = [...sizes.slice(1), ...places(axes, stridesA), ...places(axes, stridesB)];
  return runFlat(binaryKernel(name, expression, axes, quad), [a, b], shape, threads, uniforms);
}

/** One axis needs no arithmetic; a thread's number is the place. */
const places = (axes: readonly Axes[], strides: readonly number[]): readonly number[] =>
  axes.length > 1 ? strides : [];

/** Neighbouring axes that both operands treat alike are one; at least one is left. */
function merged(shape: readonly number[], a: readonly number[], b: readonly number[]): Axes[] {
  const axes: Axes[] = [];
  for (const [i, size] of shape.entries()) {
    if (size === 1) continue;
    const inA = (a[i - shape.length + a.length] ?? 1) > 1;
    const inB = (b[i - shape.length + b.length] ?? 1) > 1;
    const before = axes[axes.length - 1];
    if (before && before.inA === inA && before.inB === inB)
      axes[axes.length - 1] = { ...before, size: before.size * size };
    else axes.push({ size, inA, inB });
  }
  return axes.length > 0 ? axes : [{ size: 1, inA: true, inB: true }];
}

function binaryKernel(name: string, expression: string, axes: readonly Axes[], quad: boolean): FlatKernel {
  const count = axes.length;
  const last = axes[count - 1] as Axes;
  const wide = (inLast: boolean): 1 | 4 => (quad && inLast ? 4 : 1);
  const place = (operand: "A" | "B", inLast: boolean): string => {
    if (count === 1) return inLast ? "thread" : "0u";
    return axes.map((_, i) => `x${i} * uniforms.stride${operand}${i}`).join(" + ");
  };
  const load = (operand: "A" | "B", inLast: boolean): string => {
    const value = `${operand}[${place(operand, inLast)}]`;
    return quad && !inLast ? `vec4<f32>(${value})` : value;
  };
  const strideNames = (operand: string) => axes.map((_, i) => `stride${operand}${i}`);
  return {
    key: `binary_${name}_${count}`,
    inputs: [
      ["A", wide(last.inA)],
      ["B", wide(last.inB)],
    ],
    output: quad ? 4 : 1,
    uniforms:
      count === 1 ? [] : [...axes.slice(1).map((_, i) => `size${i + 1}`), ...strideNames("A"), ...strideNames("B")],
    workgroup: 64,
    body: () => `
      ${coordinates(count)}
      let a = ${load("A", last.inA)};
      let b = ${load("B", last.inB)};
      result[thread] = ${expression};
    `,
  };
}

/** x0, x1, ... of the thread's element among axes of sizes uniforms.size1, ..., the last one fastest. */
export function coordinates(count: number): string {
  const axis = (i: number): string => `let rest${i} = rest${i + 1} / uniforms.size${i};
    let x${i} = rest${i + 1} - rest${i} * uniforms.size${i};`;
  return `let rest${count} = thread;
    ${lines(count - 1, (i) => axis(count - 1 - i))}
    let x0 = rest1;`;
}

function unary(name: string, expression: string, x: TensorInfo): TensorInfo | null {
  const size = sizeOf(x.shape);
  if (size === 0) return null;
  const quad = size % 4 === 0;
  const kernel: FlatKernel = {
    key: `unary_${name}`,
    inputs: [["A", quad ? 4 : 1]],
    output: quad ? 4 : 1,
    uniforms: [],
    workgroup: 64,
    body: () => `let a = A[thread]; result[thread] = ${expression.replaceAll("T", quad ? "vec4<f32>" : "f32")};`,
  };
  return runFlat(kernel, [x], x.shape, quad ? size / 4 : size, []);
}
