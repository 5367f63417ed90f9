import { type TensorInfo, tf } from "../tf.ts";
import { type FlatKernel, lines, runFlat, sizeOf } from "./flat-program.ts";
import { allFloat, replaceKernel } from "./replace.ts";
import { kernelVariant, wantedThreads } from "./variant.ts";

type Reduction = "sum" | "max";

/** Where reduced numbers lie: x viewed as [outer, count, inner], reduced over `count`. */
interface Extent {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/**
 * Sums, means and maxima on an emulator: a thread adds up a stretch of its own, and where results are few, several
 * threads share one and a second dispatch joins them. tfjs halves in workgroup memory with a barrier for each halving, and
 * transposes first unless the last axes go; that is right for a GPU, where it stays (barriers are cheap and threads must
 * be many). Axes that do not lie side by side are left to it as well.
 */
export function registerReductions(): void {
  for (const [name, op] of [
    ["Sum", "sum"],
    ["Mean", "sum"],
    ["Max", "max"],
  ] as const)
    replaceKernel(name, ({ inputs, attrs }) => {
      const x = inputs.x as TensorInfo;
      const { axis, reductionIndices, keepDims } = attrs as Record<string, number | number[]> & { keepDims: boolean };
      if (kernelVariant() !== "software" || !allFloat(x)) return null;
      const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number | number[], [...x.shape]);
      const extent = extentOf(x.shape, axes);
      if (!extent || extent.count * extent.outer * extent.inner === 0) return null;
      const shape = x.shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
      return reduce(x, op, extent, shape, name === "Mean" ? 1 / extent.count : 1);
    });
}

/** null where the reduced axes do not lie side by side. */
function extentOf(shape: readonly number[], axes: readonly number[]): Extent | null {
  const reduced = shape.map((size, i) => axes.includes(i) || size === 1);
  const real = shape.flatMap((size, i) => (size > 1 && axes.includes(i) ? [i] : []));
  const first = real[0] ?? shape.length;
  const last = real[real.length - 1] ?? shape.length - 1;
  for (let i = first; i <= last; i++) if (!reduced[i]) return null;
  const [outer, count, inner] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)];
  return { outer: sizeOf(outer), count: sizeOf(count), inner: sizeOf(inner) };
}

/** [outer, count, inner] -> [outer, inner], times `scale`, in one dispatch or two. */
export function reduce(
  x: TensorInfo,
  op: Reduction,
  { outer, count, inner }: Extent,
  shape: readonly number[],
  scale: number,
): TensorInfo {
  const quadsAcross = inner % 4 === 0;
  const results = outer * (quadsAcross ? inner / 4 : inner);
  // A stretch is a multiple of 4, so that it starts at a vec4.
  const enough = Math.min(Math.ceil(wantedThreads() / results), Math.floor(count / 32));
  const stretch = enough > 1 ? 4 * Math.ceil(count / enough / 4) : count;
  const slices = Math.ceil(count / stretch);
  const layout = quadsAcross ? "across" : inner === 1 && count % 4 === 0 ? "along" : "single";
  const partialShape = slices > 1 ? [outer, slices, inner] : shape;
  const bits = new Uint32Array(Float32Array.of(slices > 1 ? 1 : scale).buffer)[0] as number;
  const uniforms = [count, quadsAcross ? inner / 4 : inner, slices, stretch, bits];
  const partial = runFlat(kernel(op, layout), [x], partialShape, results * slices, uniforms);
  if (slices === 1) return partial;
  const whole = reduce(partial, op, { outer, count: slices, inner }, shape, scale);
  tf.backend().disposeData(partial.dataId);
  return whole;
}

function kernel(op: Reduction, layout: "across" | "along" | "single"): FlatKernel {
  const quad = layout === "across";
  const join = (a: string, b: string) => (op === "sum" ? `${a} + ${b}` : `max(${a}, ${b})`);
  const first = op === "sum" ? "0.0" : "-3.4028234e38";
  const loop =
    layout === "along"
      ? `let begin = outer * (uniforms.count >> 2u);
        for (var r = begin + (start >> 2u); r < begin + (end >> 2u); r++) {
          let four = X[r];
          ${lines(4, (i) => `sum = ${join("sum", `four[${i}]`)};`)}
        }`
      : `var at = (outer * uniforms.count + start) * uniforms.inner + column;
        let step = uniforms.inner;
        for (var r = start; r < end; r++) { sum = ${join("sum", "X[at]")}; at += step; }`;
  return {
    key: `reduce_${op}_${layout}`,
    inputs: [["X", layout === "single" ? 1 : 4]],
    output: quad ? 4 : 1,
    uniforms: ["count", "inner", "slices", "stretch", "scale"],
    workgroup: 4,
    body: () => `
      let row = thread / uniforms.inner;
      let column = thread - row * uniforms.inner;
      let outer = row / uniforms.slices;
      let start = (row - outer * uniforms.slices) * uniforms.stretch;
      let end = min(start + uniforms.stretch, uniforms.count);
      var sum = ${quad ? `vec4<f32>(${first})` : first};
      ${loop}
      result[thread] = sum * bitcast<f32>(uniforms.scale);
    `,
  };
}
