import { describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { type Evaluated, evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { tf } from "../tf.ts";

/** [shape of a, shape of b, transposeA, transposeB]: a matrix's last two axes as stored. */
const CASES: readonly (readonly [number[], number[], boolean, boolean])[] = [
  [[7, 5], [5, 3], false, false],
  [[1, 1], [1, 1], false, false],
  [[1, 9], [9, 1], false, false],
  [[33, 64], [64, 10], false, false],
  [[32, 16], [16, 24], false, false],
  [[16, 12], [20, 12], false, true],
  [[13, 12], [9, 12], false, true],
  [[10, 7], [6, 7], false, true],
  [[12, 16], [12, 20], true, false],
  [[64, 17], [64, 10], true, false],
  [[9, 8], [9, 12], true, false],
  [[8, 12], [16, 8], true, true],
  [[5, 3], [7, 5], true, true],
  [[3, 4, 16, 8], [3, 4, 8, 16], false, false],
  [[2, 3, 5, 6], [2, 3, 7, 6], false, true],
  [[6, 4, 5], [6, 4, 9], true, false],
];

/** Gradients of a broadcast batch are beyond tfjs. */
const BROADCAST: typeof CASES = [
  [[4, 7, 8], [1, 8, 5], false, false],
  [[1, 7, 8], [3, 8, 4], false, false],
];

describe.each(VARIANTS)("a matrix product, %s", (variant) => {
  test.each(CASES)("of %j and %j (transposed %j, %j) is that of cpu, with its gradients", async (a, b, ta, tb) => {
    const f = ([x, y]: readonly tf.Tensor[]) => tf.matMul(x as tf.Tensor, y as tf.Tensor, ta, tb);
    const at = (backend: "cpu" | "webgpu") => evaluateOn(backend, f, [a, b], { variant });
    expectSame(await at("webgpu"), await at("cpu"));
  });

  test.each(BROADCAST)("of %j and %j has their batches broadcast", async (a, b, ta, tb) => {
    const f = ([x, y]: readonly tf.Tensor[]) => tf.matMul(x as tf.Tensor, y as tf.Tensor, ta, tb);
    const at = (backend: "cpu" | "webgpu") => evaluateOn(backend, f, [a, b], { variant, gradients: false });
    expectSame(await at("webgpu"), await at("cpu"));
  });
});

function expectSame(actual: Evaluated, expected: Evaluated): void {
  expect(actual.shapes).toEqual(expected.shapes);
  for (const [i, values] of expected.values.entries())
    expectAllClose(actual.values[i] as Float32Array, values, { absolute: 1e-4, relative: 1e-4 });
}
