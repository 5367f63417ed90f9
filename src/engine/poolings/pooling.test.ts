import { beforeAll, describe, expect, test } from "vitest";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { type Tensor3D, tf } from "../tf.ts";
import { buildPooling } from "./index.ts";

const BATCH = 5;
const K = 7;
const DIM = 3;

/** Every pooling card, at telling parameters. */
const CHOICES: Pooling[] = [
  { id: "mean" },
  { id: "max" },
  { id: "log-mean-exp", t: 0.5 },
  { id: "log-mean-exp", t: 9 },
];

function samples(stdDev: number): Float32Array {
  const stream = new Stream(4, "sample");
  return Float32Array.from({ length: BATCH * K * DIM }, () => stream.normal() * stdDev);
}

const tensor = (values: Float32Array) => tf.tensor3d(values, [BATCH, K, DIM]);

/** What each pooling is, written out in double precision. */
function reference(choice: Pooling, column: number[]): number {
  switch (choice.id) {
    case "mean":
      return column.reduce((a, b) => a + b) / column.length;
    case "max":
      return Math.max(...column);
    case "log-mean-exp":
      return Math.log(column.reduce((a, b) => a + Math.exp(choice.t * b), 0) / column.length) / choice.t;
    default:
      return choice satisfies never;
  }
}

function referencePool(choice: Pooling, values: ArrayLike<number>): number[] {
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
  expect(new Set(CHOICES.map(({ id }) => id))).toEqual(new Set(POOLINGS.map(({ id }) => id)));
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  describe.each(CHOICES)("$id $t", (choice) => {
    const f = () => buildPooling(choice);

    test("equals its formula on values of deviation 3", async () => {
      const values = samples(3);
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
      const one = tf.tensor3d(samples(3).slice(0, BATCH * DIM), [BATCH, 1, DIM]);
      const weights = tf.tensor2d(samples(1).slice(0, BATCH * DIM), [BATCH, DIM]);
      const equal = (x: tf.Tensor) => tf.tile(x, [1, K, 1]) as Tensor3D;
      expectAllClose(await f().pool(equal(one)).data(), await one.data());
      const gradient = tf.grad((x) => tf.sum(tf.mul(f().pool(x as Tensor3D), weights)))(equal(one));
      expectAllClose(await tf.sum(gradient, 1).data(), await weights.data());
    });

    test("K = 1 is the identity", async () => {
      const x = tf.tensor3d(samples(3).slice(0, BATCH * DIM), [BATCH, 1, DIM]);
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
