import { describe, expect, test, vi } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { evaluateOn, VARIANTS } from "../testing/kernels.ts";
import { type Tensor, tf } from "../tf.ts";
import { setKernelVariant } from "./variant.ts";

const CASES: readonly (readonly [shape: number[], axes: number[] | null])[] = [
  [[5, 7], [1]],
  [[5, 7], [0]],
  [[5, 8], [1]],
  [[3, 8], [0]],
  [
    [3, 5, 4, 8],
    [0, 1, 2],
  ],
  [
    [3, 5, 4, 8],
    [1, 2],
  ],
  [[3, 5, 4, 8], [3]],
  [
    [3, 5, 4, 6],
    [0, 2],
  ],
  [
    [3, 1, 4, 1],
    [0, 3],
  ],
  [[2, 3000], [1]],
  [[2, 3001], [1]],
  [[3001, 3], [0]],
  [[3002, 4], [0]],
  [[4099], null],
  [[1], null],
];
const REDUCTIONS = { sum: tf.sum, mean: tf.mean, max: tf.max } as const;

describe.each(VARIANTS)("a reduction, %s", (variant) => {
  describe.each(Object.entries(REDUCTIONS))("%s", (_, reduction) => {
    test.each(CASES)("of %j over %j is that of cpu, with its gradient", async (shape, axes) => {
      for (const keepDims of [false, true]) {
        const f = ([x]: readonly Tensor[]) => reduction(x as Tensor, axes ?? undefined, keepDims);
        const actual = await evaluateOn("webgpu", f, [shape], { variant });
        const expected = await evaluateOn("cpu", f, [shape], { variant });
        expect(actual.shapes).toEqual(expected.shapes);
        for (const [i, values] of expected.values.entries())
          expectAllClose(actual.values[i] as Float32Array, values, { absolute: 1e-4, relative: 1e-4 });
      }
    });
  });
});

test.each(VARIANTS)(
  "integers under the name of float32, as a cast leaves them, are summed as integers (%s)",
  async (variant) => {
    await startTestBackend("webgpu");
    setKernelVariant(variant);
    const sum = tf.tidy(() => tf.sum(tf.cast(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [2, 4], "int32"), "float32"), 1));
    expect([...(await sum.data())]).toEqual([10, 26]);
    sum.dispose();
  },
);

test.each([tf.sum, tf.mean])("the gradient of %o uploads nothing but dy's own beginning", async (reduction) => {
  await startTestBackend("webgpu");
  const x = tf.randomNormal([40, 50]);
  await x.data();
  const write = vi.spyOn(tf.backend(), "write");
  const dx = tf.tidy(() => tf.grad((at) => reduction(tf.square(reduction(at, 1))))(x));
  const uploads = write.mock.calls.filter(([values]) => values);
  const sizes = uploads.map(([, shape]) => shape.reduce((a, b) => a * b, 1));
  write.mockRestore();
  expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(1);
  tf.dispose([x, dx]);
});
