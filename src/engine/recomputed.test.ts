import { beforeAll, describe, expect, test } from "vitest";
import { Draws } from "./draws.ts";
import { recomputation, recomputed, withoutGradient } from "./recomputed.ts";
import { expectAllClose } from "./testing/allclose.ts";
import { startTestBackend } from "./testing/backends.ts";
import { peakBytes } from "./testing/peak.ts";
import { type Tensor, tf } from "./tf.ts";

const SIZE = 7;
const LAYERS = 6;
const values = (seed: number): Tensor => tf.randomNormal([SIZE, SIZE], 0, 1, "float32", seed);

/** tanh(x W) under a mask of a layer's own, drawn by counter. */
function layer(x: Tensor, w: Tensor, i: number): Tensor {
  const draws = new Draws({ seed: 3, purpose: "noise", step: 5, rows: SIZE, k: 1, firstRow: 0 }, i);
  return tf.mul(tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)), tf.round(draws.uniform(SIZE)));
}

type Layer = (x: Tensor, w: Tensor, i: number) => Tensor;
const again: Layer = (x, w, i) => recomputed(([at, by]) => layer(at as Tensor, by as Tensor, i), [x, w]);

/** The gradients of a sum of squares above several layers of one weight, each of which adds to it. */
const gradients = (of: Layer) => (x: Tensor, w: Tensor) =>
  tf.grads((at, by) => {
    const top = Array.from({ length: LAYERS }, (_, i) => i).reduce((y, i) => of(y, by, i), at);
    return tf.sum(tf.square(top));
  })([x, w]);

describe.each(["cpu", "wasm", "webgpu"] as const)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test("gradients are those of what is kept, to the last bit, draws included", async () => {
    const [x, w] = [values(1), values(2)];
    const kept = tf.tidy(() => gradients(layer)(x, w));
    const twice = tf.tidy(() => gradients(again)(x, w));
    for (const [i, gradient] of twice.entries()) {
      const numbers = await gradient.data();
      expect(numbers).toEqual(await (kept[i] as Tensor).data());
      expect(numbers.some((number) => number !== 0)).toBe(true);
    }
    tf.dispose([x, w, kept, twice]);
  });

  test("no tensor is left behind, in a gradient or outside of one", () => {
    const [x, w] = [values(1), values(2)];
    const before = tf.memory().numTensors;
    tf.tidy(() => void gradients(again)(x, w));
    tf.tidy(() => void again(x, w, 0));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, w]);
  });

  test("what is held is there in both passes, and no gradient is taken by it", async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const gradient = tf.tidy(() =>
      tf.grad((at) => {
        const held = tf.mul(at, 10);
        return tf.sum(recomputed(([y], [by]) => tf.mul(tf.square(y as Tensor), by as Tensor), [at], [held]));
      })(x),
    );
    // d/dx x^2 10x, 10x held: 2x 10x.
    expectAllClose(await gradient.data(), [20, 80, 180]);
    tf.dispose([x, gradient]);
  });
});

describe("on cpu", () => {
  beforeAll(() => startTestBackend("cpu"));

  test("fewer bytes are held", () => {
    const [x, w] = [values(1), values(2)];
    const peak = (of: Layer) => peakBytes(() => void tf.tidy(() => gradients(of)(x, w)));
    expect(peak(again)).toBeLessThan(0.6 * peak(layer));
    tf.dispose([x, w]);
  });

  test("each recomputation says that it is one, and is another's", () => {
    const seen: (object | null)[] = [];
    const watched: Layer = (x, w, i) =>
      recomputed(
        ([at, by]) => {
          seen.push(recomputation());
          return layer(at as Tensor, by as Tensor, i);
        },
        [x, w],
      );
    tf.tidy(() => void gradients(watched)(values(1), values(2)));
    const [first, second] = [seen.slice(0, LAYERS), seen.slice(LAYERS)];
    expect(first).toEqual(first.map(() => null));
    expect(new Set(second).size).toBe(LAYERS);
    expect(second).not.toContain(null);
    expect(recomputation()).toBeNull();
  });

  test("one that fails leaves gradients as they were", async () => {
    const x = tf.scalar(3);
    let calls = 0;
    const failing = tf.grad((at) =>
      recomputed(
        ([y]) => {
          calls += 1;
          if (calls > 1) throw new Error("no second time");
          return tf.square(y as Tensor);
        },
        [at],
      ),
    );
    expect(() => failing(x)).toThrow("no second time");
    expect(recomputation()).toBeNull();
    expect(
      await tf
        .grad((at) => tf.square(at))(x)
        .data(),
    ).toEqual(Float32Array.of(6));
    x.dispose();
  });

  test("what no gradient is taken of keeps nothing", async () => {
    const [x, w] = [values(1), tf.scalar(2)];
    const deep = (): Tensor => tf.exp(tf.tanh(tf.square(tf.sin(x))));
    const peak = (constant: () => Tensor) =>
      peakBytes(() => void tf.tidy(() => tf.grad((by) => tf.sum(tf.mul(constant(), by)))(w)));
    expect(peak(() => withoutGradient(deep))).toBeLessThan(peak(deep));
    const gradient = (constant: () => Tensor) => tf.grad((by) => tf.sum(tf.mul(constant(), by)))(w);
    expect(await gradient(() => withoutGradient(deep)).data()).toEqual(await gradient(deep).data());
    tf.dispose([x, w]);
  });
});
