import { describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { evaluateOn } from "../testing/kernels.ts";
import { type Tensor, type Tensor4D, tf } from "../tf.ts";

const CASES: readonly (readonly [image: number[], filter: number[], stride: number, pad: "same" | "valid"])[] = [
  [[2, 8, 8, 4], [3, 3, 4, 1], 1, "same"],
  [[3, 7, 9, 8], [3, 3, 8, 1], 1, "same"],
  [[2, 8, 6, 4], [3, 3, 4, 1], 2, "same"],
  [[2, 7, 7, 4], [3, 3, 4, 1], 2, "same"],
  [[2, 10, 10, 12], [3, 3, 12, 1], 2, "valid"],
  [[1, 2, 2, 4], [3, 3, 4, 1], 2, "same"],
  [[2, 1, 1, 8], [3, 3, 8, 1], 1, "same"],
  [[2, 9, 8, 4], [5, 3, 4, 1], 1, "same"],
  [[2, 6, 6, 3], [3, 3, 3, 1], 1, "same"],
];

const BACKENDS = [
  { backend: "wasm", variant: "software" },
  { backend: "webgpu", variant: "software" },
  { backend: "webgpu", variant: "hardware" },
] as const;

describe.each(BACKENDS)("a depthwise convolution on $backend, $variant", ({ backend, variant }) => {
  test.each(CASES)("of %j by %j, stride %i, %s: value and gradients are those of cpu", async (x, w, stride, pad) => {
    const f = (at: readonly Tensor[]) => tf.depthwiseConv2d(at[0] as Tensor4D, at[1] as Tensor4D, stride, pad);
    const actual = await evaluateOn(backend, f, [x, w], { variant });
    const expected = await evaluateOn("cpu", f, [x, w], { variant });
    expect(actual.shapes).toEqual(expected.shapes);
    for (const [i, values] of expected.values.entries())
      expectAllClose(actual.values[i] as Float32Array, values, { absolute: 1e-4, relative: 1e-4 });
    const fours = (x[3] as number) % 4 === 0;
    expect(actual.programs.has("depthwise_filter_gradient")).toBe(backend === "webgpu" && fours);
  });
});
