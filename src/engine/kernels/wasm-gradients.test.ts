import { describe, expect, test } from "vitest";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type Tensor, type Tensor4D, tf } from "../tf.ts";

function normals(shape: number[], seed: number): Float32Array {
  const stream = new Stream(seed, "sample");
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
}

/** Value and both gradients of sum(f(x, y) * weights) on a backend. */
async function evaluate(
  backend: "cpu" | "wasm" | "webgpu",
  f: (x: Tensor, y: Tensor) => Tensor,
  shapes: [number[], number[]],
): Promise<number[][]> {
  await startTestBackend(backend);
  const [x, y] = shapes.map((shape, i) => tf.tensor(normals(shape, i + 1), shape)) as [Tensor, Tensor];
  const out = f(x, y);
  const weights = tf.tensor(normals(out.shape, 3), out.shape);
  const gradients = tf.grads((a, b) => tf.sum(tf.mul(f(a as Tensor, b as Tensor), weights)))([x, y]);
  return Promise.all([out, ...gradients].map(async (tensor) => [...(await tensor.data())]));
}

const CASES: { name: string; f: (x: Tensor, y: Tensor) => Tensor; shapes: [number[], number[]] }[] = [
  {
    name: "a matrix product",
    f: (x, y) => tf.matMul(x, y),
    shapes: [
      [7, 5],
      [5, 3],
    ],
  },
  {
    name: "a batched matrix product",
    f: (x, y) => tf.matMul(x, y),
    shapes: [
      [4, 7, 5],
      [4, 5, 3],
    ],
  },
  {
    name: "a product with a transposed operand",
    f: (x, y) => tf.matMul(x, y, false, true),
    shapes: [
      [7, 5],
      [3, 5],
    ],
  },
  {
    name: "a look-up of rows, some of them twice",
    f: (x, y) => tf.mul(tf.gather(x, tf.tensor1d([4, 0, 4, 2], "int32")), y),
    shapes: [
      [5, 3],
      [4, 3],
    ],
  },
  {
    name: "a convolution",
    f: (x, y) => tf.conv2d(x as Tensor4D, y as Tensor4D, 1, "same"),
    shapes: [
      [3, 7, 6, 4],
      [3, 3, 4, 5],
    ],
  },
  {
    name: "gathered rows, some of them several times",
    f: (x, y) => tf.add(tf.gather(x, tf.tensor2d([3, 0, 3, 6, 1, 3], [2, 3], "int32")), y),
    shapes: [
      [7, 5],
      [2, 3, 5],
    ],
  },
  {
    name: "a convolution with ReLU and max-pooling on top",
    f: (x, y) => tf.maxPool(tf.relu(tf.conv2d(x as Tensor4D, y as Tensor4D, 1, "same")), 2, 2, "valid"),
    shapes: [
      [2, 7, 6, 1],
      [5, 3, 1, 2],
    ],
  },
];

describe.each(["wasm", "webgpu"] as const)("on %s", (backend) => {
  test.each(CASES)("$name has the value and gradients that it has on cpu", async ({ f, shapes }) => {
    const expected = await evaluate("cpu", f, shapes);
    const actual = await evaluate(backend, f, shapes);
    expect(tf.getBackend()).toBe(backend);
    for (const [i, values] of expected.entries())
      expectAllClose(actual[i] as number[], values, { absolute: 1e-4, relative: 1e-4 });
  });
});

test("on wasm a clone shares its numbers, which stay as long as either is there", async () => {
  await startTestBackend("wasm");
  const x = tf.tensor1d([1, 2, 3]);
  const before = tf.memory();
  const clone = tf.clone(x);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  x.dispose();
  expect([...(await clone.data())]).toEqual([1, 2, 3]);
  clone.dispose();
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers - 1);
});
