import { describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { type Tensor4D, tf } from "../tf.ts";

/** [images, filter, stride, padding] */
const CASES: readonly (readonly [number[], number[], number, "same" | "valid" | number])[] = [
  [[2, 28, 28, 3], [3, 3, 3, 8], 1, "same"],
  [[3, 14, 14, 8], [3, 3, 8, 16], 1, "same"],
  [[2, 8, 8, 4], [3, 3, 4, 4], 1, "same"],
  [[2, 9, 11, 5], [3, 3, 5, 6], 1, "same"],
  [[1, 1, 1, 3], [3, 3, 3, 2], 1, "same"],
  [[2, 4, 12, 1], [5, 3, 1, 9], 1, "same"],
  [[2, 6, 10, 2], [2, 4, 2, 3], 1, "same"],
  [[1, 7, 7, 12], [1, 1, 12, 8], 1, "same"],
  [[2, 9, 10, 4], [3, 3, 4, 8], 1, "valid"],
  [[2, 6, 8, 3], [3, 3, 3, 5], 1, 1],
  [[2, 6, 8, 3], [3, 3, 3, 5], 1, 2],
  [[2, 9, 9, 4], [3, 3, 4, 6], 2, "same"],
];

describe.each(VARIANTS)("a convolution, %s", (variant) => {
  test.each(CASES)(
    "of %j by %j (stride %j, padding %j) is that of cpu, with its gradients",
    async (x, w, stride, pad) => {
      const f = (at: readonly tf.Tensor[]) => tf.conv2d(at[0] as Tensor4D, at[1] as Tensor4D, stride, pad);
      const actual = await evaluateOn("webgpu", f, [x, w], { variant });
      const expected = await evaluateOn("cpu", f, [x, w], { variant });
      expect(actual.shapes).toEqual(expected.shapes);
      for (const [i, values] of expected.values.entries())
        expectAllClose(actual.values[i] as Float32Array, values, { absolute: 2e-4, relative: 2e-4 });
    },
  );
});
