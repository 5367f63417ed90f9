/** A stretch of an axis: `size` steps of `stride` numbers each. */
export interface Mode {
  readonly size: number;
  readonly stride: number;
}

/**
 * Where number x of a result finds its operand: with x written as digits (c_0, c_1, ...) of the modes' sizes, the last
 * one fastest, at sum_i c_i stride_i. The product of the sizes is how many x there are.
 */
export type Layout = readonly Mode[];

/** Every number at its own place. */
export const identity = (count: number): Layout => (count === 1 ? [] : [{ size: count, stride: 1 }]);

export const isIdentity = (layout: Layout): boolean =>
  layout.length === 0 || (layout.length === 1 && layout[0]?.stride === 1);

export const countOf = (layout: Layout): number => layout.reduce((product, { size }) => product * size, 1);

/** Where strides along axes lead: neighbouring axes that are walked like one are one. */
export function layoutOf(axes: readonly number[], strides: readonly number[]): Layout {
  return joined(axes.map((size, i) => ({ size, stride: strides[i] as number })));
}

function joined(modes: readonly Mode[]): Layout {
  const out: Mode[] = [];
  for (const mode of modes) {
    if (mode.size === 1) continue;
    const before = out[out.length - 1];
    if (before && before.stride === mode.stride * mode.size)
      out[out.length - 1] = { size: before.size * mode.size, stride: mode.stride };
    else out.push(mode);
  }
  return out;
}

/**
 * The layout of an operand of an operand: x -> inner(outer(x)). The modes of `outer` must not overlap in what they reach.
 * @returns null where the digits of one do not fall together with those of the other
 */
export function composed(inner: Layout, outer: Layout): Layout | null {
  if (isIdentity(outer)) return inner;
  const modes: Mode[] = [];
  for (const mode of outer) {
    const part = mode.stride === 0 ? [mode] : stretchOf(inner, mode);
    if (!part) return null;
    modes.push(...part);
  }
  return joined(modes);
}

/** What `inner` does to `size` of its numbers from 0 on, each `stride` after the other; slowest mode first. */
function stretchOf(inner: Layout, { size, stride }: Mode): Mode[] | null {
  const modes: Mode[] = [];
  let skip = stride;
  let left = size;
  for (const digit of inner.toReversed()) {
    if (left === 1) break;
    if (skip >= digit.size) {
      if (skip % digit.size !== 0) return null;
      skip /= digit.size;
      continue;
    }
    if (digit.size % skip !== 0) return null;
    const reach = digit.size / skip;
    const taken = Math.min(left, reach);
    if (left % taken !== 0) return null;
    modes.unshift({ size: taken, stride: digit.stride * skip });
    left /= taken;
    skip = 1;
  }
  return left === 1 ? modes : null;
}

/** Axes over which several layouts of as many numbers are linear, and each one's strides along them. */
export interface Grid {
  readonly axes: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** @returns null where the layouts' axes do not fall together */
export function gridOf(layouts: readonly Layout[], count: number): Grid | null {
  if (layouts.length === 0) return { axes: [count], strides: [] };
  // How many numbers lie within one step of an axis, for every axis of every layout.
  const borders = new Set([1, count]);
  for (const layout of layouts) {
    let within = 1;
    for (const { size } of layout.toReversed()) {
      within *= size;
      borders.add(within);
    }
  }
  const steps = [...borders].sort((a, b) => b - a);
  const axes: number[] = [];
  for (let i = 0; i + 1 < steps.length; i++) {
    const size = (steps[i] as number) / (steps[i + 1] as number);
    if (!Number.isInteger(size)) return null;
    axes.push(size);
  }
  if (axes.length === 0) axes.push(1);
  return { axes, strides: layouts.map((layout) => stridesAlong(layout, axes)) };
}

/** The strides of a layout along axes that are parts of its own. */
function stridesAlong(layout: Layout, axes: readonly number[]): number[] {
  const strides: number[] = [];
  const modes = layout.toReversed();
  let at = 0;
  let within = 1;
  for (const size of axes.toReversed()) {
    const mode = modes[at];
    strides.unshift(mode ? mode.stride * within : 0);
    within *= size;
    if (mode && within === mode.size) {
      at += 1;
      within = 1;
    }
  }
  return strides;
}
