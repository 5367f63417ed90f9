import { beforeAll, describe, expect, test } from "vitest";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { poolingParams } from "../testing/poolings.ts";
import { type Tensor3D, tf } from "../tf.ts";
import { buildPooling } from "./index.ts";

const BATCH = 5;
const K = 7;
const DIM = 3;

/** Every pooling card, at telling parameters. */
const CHOICES: Exclude<Pooling, { id: "attention" }>[] = [
  { id: "mean" },
  { id: "max" },
  { id: "log-mean-exp", t: 0.5 },
  { id: "log-mean-exp", t: 9 },
  { id: "min" },
  { id: "generalized-mean", p: 3 },
  { id: "generalized-mean", p: 0.5 },
  { id: "median" },
  { id: "trimmed-mean", share: 0.2 },
];

function samples(stdDev: number): Float32Array {
  const stream = new Stream(4, "sample");
  return Float32Array.from({ length: BATCH * K * DIM }, () => stream.normal() * stdDev);
}

/** What a pooling is made for: a power mean takes no negative numbers. */
const suited = ({ id }: Pooling, values: Float32Array): Float32Array =>
  id === "generalized-mean" ? values.map(Math.abs) : values;

const tensor = (values: Float32Array) => tf.tensor3d(values, [BATCH, K, DIM]);

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** What each pooling is, written out in double precision. */
function reference(choice: (typeof CHOICES)[number], column: number[]): number {
  switch (choice.id) {
    case "mean":
      return column.reduce((a, b) => a + b) / column.length;
    case "max":
      return Math.max(...column);
    case "log-mean-exp":
      return Math.log(column.reduce((a, b) => a + Math.exp(choice.t * b), 0) / column.length) / choice.t;
    case "min":
      return Math.min(...column);
    case "generalized-mean":
      return (column.reduce((a, b) => a + b ** choice.p, 0) / column.length) ** (1 / choice.p);
    case "median":
      return sorted(column)[(column.length - 1) / 2] as number;
    case "trimmed-mean": {
      const cut = Math.floor(choice.share * column.length);
      const inner = sorted(column).slice(cut, column.length - cut);
      return inner.reduce((a, b) => a + b) / inner.length;
    }
    default:
      return choice satisfies never;
  }
}

function referencePool(choice: (typeof CHOICES)[number], values: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let b = 0; b < BATCH; b++)
    for (let d = 0; d < DIM; d++)
      out.push(
        reference(
          choice,
          Array.from({ length: K }, (_, k) => values[(b * K + k) * DIM + d] as number),
        ),
      );
  return out;
}

test("every card is among the tested choices", () => {
  expect(new Set([...CHOICES.map(({ id }) => id), "attention"])).toEqual(new Set(POOLINGS.map(({ id }) => id)));
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  describe.each(CHOICES)("$id $t", (choice) => {
    const f = () => buildPooling(choice);
    const drawn = (stdDev: number) => suited(choice, samples(stdDev));

    test("equals its formula on values of deviation 3", async () => {
      const values = drawn(3);
      const pooled = f().pool(tensor(values));
      expect(pooled.shape).toEqual([BATCH, DIM]);
      expectAllClose(await pooled.data(), referencePool(choice, values), { absolute: 2e-5, relative: 1e-5 });
    });

    test("pools probabilities given as logarithms to the logarithm of its formula, tiny ones included", async () => {
      const logits = samples(6);
      const logP = tf.logSoftmax(tensor(logits)) as Tensor3D;
      const p = Array.from(await logP.data(), Math.exp);
      const expected = referencePool(choice, p).map(Math.log);
      expectAllClose(await f().poolLog(logP).data(), expected, { absolute: 2e-4, relative: 1e-4 });
    });

    test("does not depend on the order of the repeats", async () => {
      const x = tensor(samples(3));
      const permuted = tf.gather(x, tf.tensor1d([3, 0, 6, 1, 5, 2, 4], "int32"), 1) as Tensor3D;
      expectAllClose(await f().pool(permuted).data(), await f().pool(x).data());
    });

    test("of K equal repeats is that repeat, and so is its gradient", async () => {
      const one = tf.tensor3d(drawn(3).slice(0, BATCH * DIM), [BATCH, 1, DIM]);
      const weights = tf.tensor2d(samples(1).slice(0, BATCH * DIM), [BATCH, DIM]);
      const equal = (x: tf.Tensor) => tf.tile(x, [1, K, 1]) as Tensor3D;
      expectAllClose(await f().pool(equal(one)).data(), await one.data());
      const gradient = tf.grad((x) => tf.sum(tf.mul(f().pool(x as Tensor3D), weights)))(equal(one));
      expectAllClose(await tf.sum(gradient, 1).data(), await weights.data());
    });

    test("K = 1 is the identity", async () => {
      const x = tf.tensor3d(drawn(3).slice(0, BATCH * DIM), [BATCH, 1, DIM]);
      expectAllClose(await f().pool(x).data(), await x.data());
      expectAllClose(
        await f()
          .poolLog(tf.logSoftmax(x) as Tensor3D)
          .data(),
        await tf.logSoftmax(x).data(),
        {
          absolute: 1e-4,
          relative: 1e-4,
        },
      );
    });
  });

  test("where repeats are equal, order statistics share the gradient among them", async () => {
    const x = tf.tensor3d([1, 2, 2, 2, 5, 7, 9], [1, K, 1]);
    const of = (choice: Pooling) =>
      tf
        .grad((y) => tf.sum(buildPooling(choice).pool(y as Tensor3D)))(x)
        .data();
    const third = 1 / 3;
    expectAllClose(await of({ id: "median" }), [0, third, third, third, 0, 0, 0]);
    // Ranks 1 to 5 remain: all three twos, the five and the seven.
    expectAllClose(await of({ id: "trimmed-mean", share: 0.2 }), [0, 0.2, 0.2, 0.2, 0.2, 0.2, 0]);
    expectAllClose(await of({ id: "trimmed-mean", share: 0.3 }), [0, 2 / 9, 2 / 9, 2 / 9, third, 0, 0]);
  });

  test("the median of an even number of repeats is the mean of the two in the middle", async () => {
    const x = tf.tensor3d([4, 1, 9, 2], [1, 4, 1]);
    expectAllClose(await buildPooling({ id: "median" }).pool(x).data(), [3]);
    expectAllClose(
      await buildPooling({ id: "median" })
        .poolLog(tf.log(x) as Tensor3D)
        .data(),
      [Math.log(3)],
    );
  });

  test("the generalized mean is the mean at p = 1 and grows towards the max", async () => {
    const values = samples(3).map(Math.abs);
    const at = async (p: number) => [
      ...(await buildPooling({ id: "generalized-mean", p }).pool(tensor(values)).data()),
    ];
    expectAllClose(await at(1), referencePool({ id: "mean" }, values), { absolute: 1e-4, relative: 1e-4 });
    const max = referencePool({ id: "max" }, values);
    const [low, high, top] = [await at(2), await at(8), await at(50)];
    for (const [i, value] of low.entries()) expect(value).toBeLessThan(high[i] as number);
    // The max times K^(-1/p) is the least that it can be.
    for (const [i, value] of top.entries()) {
      expect(value).toBeLessThan((max[i] as number) * 1.0001);
      expect(value).toBeGreaterThan((max[i] as number) * K ** (-1 / 50) * 0.9999);
    }
  });

  describe("attention", () => {
    const choice = { id: "attention", width: 4 } as const;
    const weights = () => poolingParams(choice, DIM);
    const f = () => buildPooling(choice, weights());

    /** a_k = softmax_k w^T (tanh(V x_k) * sigmoid(U x_k)), in double precision. */
    async function expected(values: ArrayLike<number>): Promise<{ pooled: number[]; shares: number[][] }> {
      const [v, u, w] = (await Promise.all(
        ["value", "gate", "score"].map((part) => weights()[`pooling.${part}.weight`]?.array()),
      )) as number[][][];
      const through = (x: number[], matrix: number[][] = []) =>
        Array.from({ length: choice.width }, (_, j) => x.reduce((sum, xi, i) => sum + xi * (matrix[i]?.[j] ?? 0), 0));
      const shares = Array.from({ length: BATCH }, (_, b) => {
        const scores = Array.from({ length: K }, (_, k) => {
          const x = Array.from(values).slice((b * K + k) * DIM, (b * K + k + 1) * DIM);
          const [opened, gates] = [through(x, v).map(Math.tanh), through(x, u).map((g) => 1 / (1 + Math.exp(-g)))];
          return opened.reduce((sum, o, j) => sum + o * (gates[j] ?? 0) * (w?.[j]?.[0] ?? 0), 0);
        });
        const total = scores.reduce((sum, s) => sum + Math.exp(s), 0);
        return scores.map((s) => Math.exp(s) / total);
      });
      const pooled = shares.flatMap((a, b) =>
        Array.from({ length: DIM }, (_, d) => a.reduce((s, ak, k) => s + ak * (values[(b * K + k) * DIM + d] ?? 0), 0)),
      );
      return { pooled, shares };
    }

    test("equals its formula, and its weights differ from 1 / K", async () => {
      const values = samples(3);
      const { pooled, shares } = await expected(values);
      expect(Math.max(...shares.flat())).toBeGreaterThan(1.5 / K);
      expectAllClose(await f().pool(tensor(values)).data(), pooled, { absolute: 2e-5, relative: 1e-4 });
      const logP = tf.logSoftmax(tensor(samples(6))) as Tensor3D;
      const p = Array.from(await logP.data(), Math.exp);
      const logs = (await expected(p)).pooled.map(Math.log);
      expectAllClose(await f().poolLog(logP).data(), logs, { absolute: 2e-4, relative: 1e-4 });
    });

    test("does not depend on the order of the repeats; equal ones are one, with its gradient", async () => {
      const x = tensor(samples(3));
      const permuted = tf.gather(x, tf.tensor1d([3, 0, 6, 1, 5, 2, 4], "int32"), 1) as Tensor3D;
      expectAllClose(await f().pool(permuted).data(), await f().pool(x).data());
      const one = tf.slice(x, [0, 0, 0], [BATCH, 1, DIM]);
      expectAllClose(await f().pool(one).data(), await one.data());
      const equal = tf.tile(one, [1, K, 1]) as Tensor3D;
      expectAllClose(await f().pool(equal).data(), await one.data());
      const gradient = tf.grad((y) => tf.sum(f().pool(y as Tensor3D)))(equal);
      expectAllClose(await tf.sum(gradient, 1).data(), new Array(BATCH * DIM).fill(1));
    });

    test("its weights get a gradient", async () => {
      const x = tensor(samples(3));
      const named = weights();
      const names = Object.keys(named);
      const gradients = tf.grads((...w: tf.Tensor[]) => {
        const params = Object.fromEntries(names.map((name, i) => [name, w[i] as tf.Tensor]));
        return tf.sum(tf.square(buildPooling(choice, params).pool(x)));
      })(names.map((name) => named[name] as tf.Tensor));
      for (const gradient of gradients) expect(Math.max(...(await tf.abs(gradient).data()))).toBeGreaterThan(1e-3);
    });
  });

  test("log-mean-exp tends to the mean and to the max, and 0 <= max - f <= log(K) / t", async () => {
    const values = samples(3);
    const mean = referencePool({ id: "mean" }, values);
    const max = referencePool({ id: "max" }, values);
    const at = async (t: number) => [...(await buildPooling({ id: "log-mean-exp", t }).pool(tensor(values)).data())];
    expectAllClose(await at(0.01), mean, { absolute: 0.2, relative: 0 });
    expectAllClose(await at(100), max, { absolute: 0.02, relative: 0 });
    for (const t of [0.1, 1, 3, 30]) {
      for (const [i, value] of (await at(t)).entries()) {
        const gap = (max[i] as number) - value;
        expect(gap).toBeGreaterThan(-1e-4);
        expect(gap).toBeLessThan(Math.log(K) / t + 1e-4);
      }
    }
  });
});
