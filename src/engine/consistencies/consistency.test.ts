import { beforeAll, describe, expect, test } from "vitest";
import { CONSISTENCIES, type ConsistencyId } from "../../shared/plugins/consistencies/index.ts";
import { type Link, sigmoid, softmax } from "../objectives/link.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { expectGradient } from "../testing/gradcheck.ts";
import { type Tensor3D, tf } from "../tf.ts";
import { inconsistency } from "../train/levels.ts";
import { CONSISTENCY_BUILDS } from "./index.ts";

const BATCH = 3;
const K = 5;
const CLASSES = 4;
const LINKS = { softmax, sigmoid };
const CASES = CONSISTENCIES.flatMap(({ id }) =>
  (["softmax", "sigmoid"] as const).map((name) => ({ id, name, link: LINKS[name] })),
);

function drawn(stdDev: number): Float32Array {
  const stream = new Stream(8, "sample");
  return Float32Array.from({ length: BATCH * K * CLASSES }, () => stdDev * stream.normal());
}

const tensor = (values: Float32Array) => tf.tensor3d(values, [BATCH, K, CLASSES]);
const of = (id: ConsistencyId, z: Tensor3D, link: Link = softmax) => CONSISTENCY_BUILDS[id].perSample(z, link);

/** Sample b's K rows of logits. */
const repeatsOf = (values: Float32Array, b: number): number[][] =>
  Array.from({ length: K }, (_, k) => [...values.subarray((b * K + k) * CLASSES, (b * K + k + 1) * CLASSES)]);

function outcomesOf(z: number[], name: keyof typeof LINKS): number[] {
  if (name === "sigmoid") return [...z.map((x) => 1 / (1 + Math.exp(-x))), ...z.map((x) => 1 / (1 + Math.exp(x)))];
  const total = z.reduce((sum, x) => sum + Math.exp(x), 0);
  return z.map((x) => Math.exp(x) / total);
}

/** Each measure in double precision, over all pairs or repeats. */
function reference(id: ConsistencyId, z: number[][], name: keyof typeof LINKS): number {
  switch (id) {
    case "symmetric-kl": {
      const p = z.map((row) => outcomesOf(row, name));
      const kl = (a: number[], b: number[]) => a.reduce((sum, x, c) => sum + x * Math.log(x / (b[c] as number)), 0);
      const pairs = p.flatMap((a, i) => p.slice(i + 1).map((b) => (kl(a, b) + kl(b, a)) / 2));
      return pairs.reduce((x, y) => x + y) / pairs.length;
    }
    case "logit-variance": {
      const columns = Array.from({ length: CLASSES }, (_, c) => z.map((row) => row[c] as number));
      const variances = columns.map((column) => {
        const mean = column.reduce((x, y) => x + y) / K;
        return column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (K - 1);
      });
      return variances.reduce((x, y) => x + y) / CLASSES;
    }
    default:
      return id satisfies never;
  }
}

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(CASES)("$id equals its formula over all pairs of repeats ($name)", async ({ id, name, link }) => {
    const values = drawn(2);
    const expected = Array.from({ length: BATCH }, (_, b) => reference(id, repeatsOf(values, b), name));
    expectAllClose(await of(id, tensor(values), link).data(), expected, { absolute: 1e-5, relative: 1e-4 });
  });

  test.each(CASES)("$id of equal repeats is 0, and does not depend on their order ($name)", async ({ id, link }) => {
    const one = tf.slice(tensor(drawn(2)), [0, 0, 0], [BATCH, 1, CLASSES]);
    const equal = await of(id, tf.tile(one, [1, K, 1]) as Tensor3D, link).data();
    expectAllClose(equal, new Array(BATCH).fill(0));
    const permuted = tf.gather(tensor(drawn(2)), tf.tensor1d([3, 0, 4, 1, 2], "int32"), 1) as Tensor3D;
    expectAllClose(await of(id, permuted, link).data(), await of(id, tensor(drawn(2)), link).data());
  });

  test.each(CASES)("$id agrees with finite differences ($name)", async ({ id, link }) => {
    const values = drawn(1.2);
    const total = async (z: Float32Array) => (await tf.sum(of(id, tensor(z), link)).data())[0] as number;
    const gradient = await tf
      .grad((z) => tf.sum(of(id, z as Tensor3D, link)))(tensor(values))
      .data();
    await expectGradient(total, values, gradient, { step: 1e-2, absolute: 4e-3, relative: 2e-2 });
  });

  test.each(CONSISTENCIES)("$id adds its weighted mean, and nothing with a single repeat", async ({ id }) => {
    const z = tensor(drawn(2));
    const [first, , third] = await of(id, z).data();
    const added = inconsistency({ id, weight: 0.7 }, softmax, z, tf.tensor1d([1, 0, 1]));
    expectAllClose((await added?.data()) ?? [], [(0.7 * ((first as number) + (third as number))) / 2]);
    expect(inconsistency({ id, weight: 0.7 }, softmax, tf.tensor3d([1, 2, 3], [1, 1, 3]))).toBeNull();
    expect(inconsistency(null, softmax, z)).toBeNull();
  });
});
