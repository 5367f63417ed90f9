import { beforeAll, describe, expect, test } from "vitest";
import { OBJECTIVES, type Objective, type SingleObjective, termsOf } from "../../shared/plugins/objectives/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { expectGradient } from "../testing/gradcheck.ts";
import { CROSS_ENTROPY, TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { type Tensor3D, tf } from "../tf.ts";
import { pooledLoss } from "../train/levels.ts";
import { buildObjective } from "./index.ts";
import { sigmoid, softmax } from "./link.ts";

const CLASSES = 4;
/** Class 3 has no item in the batch; class 1 has most. */
const LABELS = [0, 1, 1, 2, 1, 0, 1];
const COUNTS = [20, 70, 7, 3];
const N = LABELS.length;

function drawn(stdDev: number): Float32Array {
  const stream = new Stream(21, "sample");
  return Float32Array.from({ length: N * CLASSES }, () => stdDev * stream.normal());
}

const rowsOf = (values: ArrayLike<number>): number[][] =>
  Array.from({ length: values.length / CLASSES }, (_, i) => Array.from(values).slice(i * CLASSES, (i + 1) * CLASSES));
const oneHot = (labels: readonly number[]) =>
  tf.expandDims(tf.oneHot(tf.tensor1d([...labels], "int32"), CLASSES, 1, 0, "float32"), 1) as Tensor3D;

/** The objective over a batch of single passes. */
function lossOf(objective: Objective, values: ArrayLike<number> | Tensor3D, labels = LABELS, weights?: number[]) {
  const z = values instanceof tf.Tensor ? values : tf.tensor3d(Float32Array.from(values), [labels.length, 1, CLASSES]);
  const built = buildObjective(objective, COUNTS);
  return pooledLoss("logits", { id: "mean" }, built, z, oneHot(labels), weights ? tf.tensor1d(weights) : null);
}

const lossAt = async (...of: Parameters<typeof lossOf>): Promise<number> => (await lossOf(...of).data())[0] as number;
const gradientOf = async (objective: Objective, values: Float32Array) =>
  tf
    .grad((z) => lossOf(objective, z as Tensor3D))(tf.tensor3d(values, [N, 1, CLASSES]))
    .data();

const softmaxOf = (z: readonly number[]): number[] => {
  const total = z.reduce((sum, x) => sum + Math.exp(x), 0);
  return z.map((x) => Math.exp(x) / total);
};

/** Each objective written out in double precision, from logits. */
function reference(objective: SingleObjective, z: number[][], labels: readonly number[]): number {
  const p = z.map(softmaxOf);
  const truth = (i: number) => (p[i] as number[])[labels[i] as number] as number;
  const mean = (of: (i: number) => number) => labels.reduce((sum, _, i) => sum + of(i), 0) / labels.length;
  switch (objective.id) {
    case "cross-entropy": {
      const e = objective.labelSmoothing;
      const w = labels.map((c) => (objective.classWeights === "none" ? 1 : 100 / (4 * (COUNTS[c] as number))));
      const each = labels.map((c, i) =>
        (p[i] as number[]).reduce((sum, pc, j) => sum - ((c === j ? 1 - e : 0) + e / CLASSES) * Math.log(pc), 0),
      );
      const total = w.reduce((a, b) => a + b);
      return each.reduce((sum, loss, i) => sum + ((w[i] as number) * loss) / total, 0);
    }
    case "binary-cross-entropy":
      return mean((i) =>
        (z[i] as number[]).reduce((sum, x, c) => {
          const s = 1 / (1 + Math.exp(-x));
          return sum - Math.log(c === labels[i] ? s : 1 - s) / CLASSES;
        }, 0),
      );
    case "focal":
      return mean((i) => -((1 - truth(i)) ** objective.gamma) * Math.log(truth(i)));
    case "soft-f1": {
      const classes = [...new Set(labels)];
      const f1 = (c: number) => {
        const sum = (of: (pc: number, y: number) => number) =>
          labels.reduce((total, label, i) => total + of((p[i] as number[])[c] as number, label === c ? 1 : 0), 0);
        const tp = sum((pc, y) => pc * y);
        return (2 * tp) / (2 * tp + sum((pc, y) => pc * (1 - y)) + sum((pc, y) => (1 - pc) * y));
      };
      return 1 - classes.reduce((total, c) => total + f1(c), 0) / classes.length;
    }
    default:
      return objective satisfies never;
  }
}

const referenceSum = (objective: Objective, z: number[][], labels: readonly number[]): number =>
  termsOf(objective).reduce((sum, term) => sum + term.weight * reference(term.objective, z, labels), 0);

test("every card is among the tested objectives", () => {
  const tested = TESTED_OBJECTIVES.flatMap(({ objective }) => termsOf(objective).map((term) => term.objective.id));
  expect(new Set(tested)).toEqual(new Set(OBJECTIVES.map(({ id }) => id)));
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  describe.each(TESTED_OBJECTIVES)("$name", ({ objective }) => {
    test("equals its formula in double precision", async () => {
      const values = drawn(2);
      expectAllClose([await lossAt(objective, values)], [referenceSum(objective, rowsOf(values), LABELS)], {
        absolute: 2e-6,
        relative: 2e-5,
      });
    });

    test("does not depend on the order of the samples", async () => {
      const order = [4, 2, 6, 0, 5, 1, 3];
      const rows = rowsOf(drawn(2));
      const mixed = order.flatMap((i) => rows[i] as number[]);
      const labels = order.map((i) => LABELS[i] as number);
      expectAllClose([await lossAt(objective, mixed, labels)], [await lossAt(objective, drawn(2))]);
    });

    test("padding counts nothing, whatever stands in it", async () => {
      const values = [...drawn(2), 9, -3, 2, 1, 0, 4, -7, 5];
      const padded = await lossAt(objective, values, [...LABELS, 2, 3], [...LABELS.map(() => 1), 0, 0]);
      expectAllClose([padded], [await lossAt(objective, drawn(2))]);
    });

    test("is smaller the surer the model is of the truth", async () => {
      const sure = (by: number) => LABELS.flatMap((c) => Array.from({ length: CLASSES }, (_, j) => (c === j ? by : 0)));
      const losses = await Promise.all([-2, 0, 1, 2].map((by) => lossAt(objective, sure(by))));
      for (const [i, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(losses[i] as number);
    });

    test("has a value and a gradient at logits of deviation 60", async () => {
      expect(await lossAt(objective, drawn(60))).toBeGreaterThan(0);
      const gradient = await gradientOf(objective, drawn(60));
      expect([...gradient].every(Number.isFinite)).toBe(true);
    });
  });

  test("focal with gamma 0 is cross-entropy, its gradient too", async () => {
    const focal = { id: "focal", gamma: 0 } as const;
    expectAllClose([await lossAt(focal, drawn(3))], [await lossAt(CROSS_ENTROPY, drawn(3))]);
    expectAllClose(await gradientOf(focal, drawn(3)), await gradientOf(CROSS_ENTROPY, drawn(3)));
  });

  test("a small gamma has a gradient where the truth is certain", async () => {
    const certain = Float32Array.from(LABELS.flatMap((c) => [0, 1, 2, 3].map((j) => (c === j ? 100 : 0))));
    const gradient = await gradientOf({ id: "focal", gamma: 0.1 }, certain);
    expectAllClose(gradient, new Array(N * CLASSES).fill(0));
  });

  test("label smoothing takes its least at the smoothed target, not at certainty", async () => {
    const smooth = { ...CROSS_ENTROPY, labelSmoothing: 0.2 } as const;
    const target = LABELS.flatMap((c) => [0, 1, 2, 3].map((j) => Math.log((c === j ? 0.8 : 0) + 0.05)));
    expectAllClose(await gradientOf(smooth, Float32Array.from(target)), new Array(N * CLASSES).fill(0));
  });

  test("balanced weights cancel where all items are of one class, and count else", async () => {
    const balanced = { ...CROSS_ENTROPY, classWeights: "balanced" } as const;
    const ones = LABELS.map(() => 1);
    expectAllClose([await lossAt(balanced, drawn(2), ones)], [await lossAt(CROSS_ENTROPY, drawn(2), ones)]);
    expect(Math.abs((await lossAt(balanced, drawn(2))) - (await lossAt(CROSS_ENTROPY, drawn(2))))).toBeGreaterThan(
      0.01,
    );
  });

  test("soft F1 of a sure and right model is 0, and a class that is not there changes nothing but as a mistake", async () => {
    const sure = LABELS.flatMap((c) => [0, 1, 2, 3].map((j) => (c === j ? 30 : 0)));
    expectAllClose([await lossAt({ id: "soft-f1" }, sure)], [0]);
    const wrong = sure.map((_, i) => (i % CLASSES === 3 ? 60 : 0));
    expectAllClose([await lossAt({ id: "soft-f1" }, wrong)], [1]);
  });

  test("sigmoid predictions are normalised sigmoids, in the order of the logits", async () => {
    const z = drawn(3);
    const p = tf.exp(sigmoid.classes(sigmoid.outcomes(tf.tensor2d(z, [N, CLASSES]))));
    const expected = rowsOf(z).flatMap((row) => {
      const s = row.map((x) => 1 / (1 + Math.exp(-x)));
      const total = s.reduce((a, b) => a + b);
      return s.map((x) => x / total);
    });
    expectAllClose(await p.data(), expected);
  });

  test.each([
    { name: "softmax", link: softmax, sums: N },
    { name: "sigmoid", link: sigmoid, sums: N * CLASSES },
  ])(
    "normalising outcomes twice is normalising once, and those of logits need none ($name)",
    async ({ link, sums }) => {
      const outcomes = link.outcomes(tf.tensor2d(drawn(3), [N, CLASSES]));
      expectAllClose(await link.normalise(outcomes).data(), await outcomes.data(), { absolute: 1e-4, relative: 1e-4 });
      const moved = link.normalise(tf.mul(outcomes, 0.6));
      expectAllClose([...(await tf.sum(tf.exp(moved)).data())], [sums], { absolute: 1e-4, relative: 1e-5 });
      expectAllClose(await link.normalise(moved).data(), await moved.data(), { absolute: 1e-4, relative: 1e-4 });
    },
  );
});

describe.each(TESTED_OBJECTIVES)("the gradient of $name", ({ objective }) => {
  test("agrees with finite differences on cpu, and webgpu's with it", async () => {
    await startTestBackend("cpu");
    const values = drawn(1.5);
    const gradient = await gradientOf(objective, values);
    await expectGradient((z) => lossAt(objective, z), values, gradient, { step: 5e-3 });
    await startTestBackend("webgpu");
    expectAllClose(await gradientOf(objective, values), gradient, { absolute: 1e-6, relative: 1e-3 });
  });
});
