import { describe, expect, test } from "vitest";
import { gelu, geluTanh } from "../models/transformer/activations.ts";
import { layerNorm } from "../models/transformer/layer-norm.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { type Tensor, type Tensor2D, tf } from "../tf.ts";

interface Case {
  readonly name: string;
  readonly f: (at: readonly Tensor[]) => Tensor;
  readonly shapes: readonly number[][];
  readonly programs: readonly string[];
}

const norm = (at: readonly Tensor[]): Tensor => {
  const [x, weight, bias] = at as [Tensor, Tensor, Tensor];
  // Far from 0, where a variance out of squares alone would be rounding.
  return layerNorm({ "n.weight": weight, "n.bias": bias }, "n", tf.add(tf.mul(x, 3), 20), 0.01);
};
const normCase = (rows: number, width: number): Case => ({
  name: `a layer norm of ${rows} rows of ${width}`,
  f: norm,
  shapes: [[rows, width], [width], [width]],
  programs: ["layer_norm", "layer_norm_gradient", "layer_norm_weight"],
});
const softmaxCase = (...shape: number[]): Case => ({
  name: `a softmax of ${shape}`,
  f: ([x]) => tf.softmax(tf.mul(x as Tensor, 2)),
  shapes: [shape],
  programs: ["softmax_gradient"],
});
const wide = (f: (x: Tensor2D) => Tensor2D) => (at: readonly Tensor[]) => f(tf.mul(at[0] as Tensor2D, 4));

/** Rows of a table that are looked up never, once, and several times. */
const lookUp = (rows: number, width: number): Case => ({
  name: `rows of ${width} looked up in a table of ${rows}`,
  f: ([table]) => tf.gather(table as Tensor, tf.tensor2d([3, 0, 3, 6, 1, 3, 0, rows - 1], [2, 4], "int32")),
  shapes: [[rows, width]],
  programs: ["segment_first", "segment_next", "segment_sum"],
});

/** Widths that take one thread, some, and all of a workgroup; by fours and not; rows that leave some over. */
const CASES: readonly Case[] = [
  ...[
    [3, 5],
    [7, 16],
    [9, 37],
    [5, 256],
    [3, 384],
    [2, 515],
  ].map(([rows, width]) => normCase(rows as number, width as number)),
  softmaxCase(3, 2, 5, 5),
  softmaxCase(2, 3, 8, 8),
  softmaxCase(11, 130),
  softmaxCase(2, 512),
  lookUp(9, 8),
  lookUp(70, 5),
  { name: "a GELU", f: wide(gelu), shapes: [[7, 12]], programs: ["gelu", "gelugradient"] },
  { name: "a GELU of odd size", f: wide(gelu), shapes: [[3, 5]], programs: ["gelu", "gelugradient"] },
  { name: "a GELU by tanh", f: wide(geluTanh), shapes: [[7, 12]], programs: ["gelutanh", "gelutanhgradient"] },
];

describe.each(VARIANTS)("%s", (variant) => {
  test.each(CASES)("$name has the values and gradients that it has on cpu", async ({ f, shapes, programs }) => {
    const expected = await evaluateOn("cpu", f, shapes, { variant });
    const actual = await evaluateOn("webgpu", f, shapes, { variant });
    expect(actual.shapes).toEqual(expected.shapes);
    for (const [i, values] of expected.values.entries())
      expectAllClose(actual.values[i] as Float32Array, values, { absolute: 2e-5, relative: 1e-4 });
    expect([...actual.programs]).toEqual(expect.arrayContaining([...programs]));
  });
});
