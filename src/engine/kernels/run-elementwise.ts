import type { Elementwise } from "../captured/elementwise.ts";
import { filled } from "../captured/filled.ts";
import { type Grid, gridOf, layoutOf } from "../captured/layout.ts";
import { type TensorInfo, webGpuBackend } from "../tf.ts";
import { type FlatKernel, lines, runFlat, sizeOf } from "./flat-program.ts";

/** More are left to tfjs: each takes a division. */
const MOST_AXES = 5;

/** A form of an element-wise computation: everything but sizes. */
export type Form = Omit<Elementwise, "axes" | "operands" | "words" | "quads">;

/** How an operand lies under a result: where it has less than an axis it is repeated along it. */
export function repeated(shape: readonly number[], operand: readonly number[]): number[] {
  const missing = shape.length - operand.length;
  return shape.map((_, i) => {
    const own = i - missing;
    return (operand[own] ?? 1) > 1 ? sizeOf(operand.slice(own + 1)) : 0;
  });
}

/**
 * Computes a form over the axes of a result; each thread fetches its number of every operand, or its four where the last axis
 * allows for it.
 * @param name names the expression
 * @param strides of each operand along each axis
 * @returns null where it is left to tfjs
 */
export function runElementwise(
  name: string,
  form: Form,
  inputs: readonly TensorInfo[],
  axes: readonly number[],
  strides: readonly (readonly number[])[],
): TensorInfo | null {
  const size = sizeOf(axes);
  const grid = gridOf(
    strides.map((each) => layoutOf(axes, each)),
    size,
  );
  if (size === 0 || !grid || grid.axes.length > MOST_AXES) return null;
  const { scalars = [] } = form;
  const operands = strides.map((each, i) => ({ strides: each, integers: holdsIntegers(inputs[i] as TensorInfo) }));
  const elementwise: Elementwise = { ...form, axes, operands };
  const quad = (grid.axes.at(-1) as number) % 4 === 0 && grid.strides.every(isQuad);
  const unit = quad ? 4 : 1;
  const sizes = grid.axes.map((each, i) => (i === grid.axes.length - 1 ? each / unit : each));
  const bits = new Uint32Array(Float32Array.from(scalars).buffer);
  const uniforms =
    grid.axes.length === 1 ? [] : [...sizes.slice(1), ...grid.strides.flatMap((each) => inUnits(each, unit))];
  const kernel = kernelOf(name, elementwise, grid, quad);
  return runFlat(kernel, inputs, axes, size / unit, [...uniforms, ...bits], { elementwise });
}

export const holdsIntegers = ({ dataId }: TensorInfo): boolean =>
  webGpuBackend().tensorMap.get(dataId).dtype !== "float32";

/** Whether four neighbours along the last axis are one vec4 of an operand, or the same number. */
const isQuad = (strides: readonly number[]): boolean => {
  const last = strides.at(-1);
  return last === 0 || (last === 1 && strides.slice(0, -1).every((stride) => stride % 4 === 0));
};

/** Strides in elements of the operand's array. */
const inUnits = (strides: readonly number[], unit: 1 | 4): number[] => {
  if (unit === 1 || strides.at(-1) === 0) return [...strides];
  return strides.map((stride, i) => (i === strides.length - 1 ? stride : stride / 4));
};

function kernelOf(name: string, elementwise: Elementwise, { axes, strides }: Grid, quad: boolean): FlatKernel {
  const count = axes.length;
  const { expression, prelude = "", scalars = [], integers = false } = elementwise;
  const wide = (i: number): 1 | 4 => (quad && strides[i]?.at(-1) !== 0 ? 4 : 1);
  const place = (i: number): string => {
    if (count === 1) return strides[i]?.[0] === 0 ? "0u" : "thread";
    return axes.map((_, axis) => `x${axis} * uniforms.stride${i}_${axis}`).join(" + ");
  };
  const load = (i: number): string => {
    const isInteger = elementwise.operands[i]?.integers;
    const value = `A${i}[${place(i)}]`;
    const widened = wide(i) === 4 || !quad ? value : `vec4<f32>(f32(${value}))`;
    return isInteger && (wide(i) === 4 || !quad) ? `${quad ? "vec4<f32>" : "f32"}(${widened})` : widened;
  };
  const filling = {
    type: quad ? "vec4<f32>" : "f32",
    unsigned: quad ? "vec4<u32>" : "u32",
    operand: (i: number) => `a${i}`,
    scalar: (i: number) => `bitcast<f32>(uniforms.scalar${i})`,
    word: () => "",
    at: "",
  };
  const pattern = strides.map((each) => (each.at(-1) === 0 ? "0" : "1")).join("");
  return {
    key: `${name}_${count}_${pattern}`,
    inputs: strides.map((_, i) => [`A${i}`, wide(i)] as const),
    output: quad ? 4 : 1,
    integers,
    uniforms: [
      ...(count === 1 ? [] : axes.slice(1).map((_, i) => `size${i + 1}`)),
      ...(count === 1 ? [] : strides.flatMap((_, i) => axes.map((__, axis) => `stride${i}_${axis}`))),
      ...scalars.map((_, i) => `scalar${i}`),
    ],
    workgroup: 64,
    prelude: () => filled(prelude, filling),
    body: () => {
      const value = filled(expression, filling);
      return `
      ${count > 1 ? coordinates(count) : ""}
      ${lines(strides.length, (i) => `let a${i} = ${load(i)};`)}
      result[thread] = ${integers ? (quad ? `vec4<i32>(${value})` : `i32(${value})`) : value};
    `;
    },
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
