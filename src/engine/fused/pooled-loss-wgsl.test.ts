import { beforeAll, describe, expect, test } from "vitest";
import type { Objective } from "../../shared/plugins/objectives/index.ts";
import type { Level } from "../../shared/task.ts";
import { buildObjective } from "../objectives/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { runWgsl } from "../testing/gpu.ts";
import { CROSS_ENTROPY } from "../testing/objectives.ts";
import { sensiblePairs } from "../testing/poolings.ts";
import { type Tensor1D, type Tensor3D, tf } from "../tf.ts";
import { sampleLosses } from "../train/levels.ts";
import type { Lanes } from "./lanes.ts";
import { type PooledLossChoice, pooledLossCode } from "./pooled-loss-wgsl.ts";

const LEVELS: Level[] = ["loss", "probabilities", "logits"];
const PAIRS = sensiblePairs(LEVELS).filter(({ id }) => id !== "attention");
const OBJECTIVES: { name: string; objective: Objective }[] = [
  { name: "cross-entropy", objective: CROSS_ENTROPY },
  { name: "smoothed", objective: { ...CROSS_ENTROPY, labelSmoothing: 0.3 } },
  { name: "binary", objective: { id: "binary-cross-entropy" } },
  { name: "focal", objective: { id: "focal", gamma: 2.5 } },
  { name: "nearly plain focal", objective: { id: "focal", gamma: 0.4 } },
];
const SUM: Objective = {
  id: "sum",
  terms: [
    { weight: 0.5, objective: { id: "focal", gamma: 2 } },
    { weight: 3, objective: { ...CROSS_ENTROPY, labelSmoothing: 0.1 } },
  ],
};

/** A batch of logits, soft targets and scales. */
interface Sample {
  readonly shape: [batch: number, repeats: number, numClasses: number];
  readonly z: Float32Array;
  readonly truth: Float32Array;
  readonly scales: Float32Array;
}

/** @param logit makes a logit of a standard normal draw */
function drawBatch(seed: number, shape: Sample["shape"], logit: (normal: number) => number): Sample {
  const stream = new Stream(seed, "sample");
  const [batch, k, classes] = shape;
  const z = Float32Array.from({ length: batch * k * classes }, () => logit(stream.normal()));
  // Every other sample is of one class, the rest are mixed.
  const truth = Float32Array.from({ length: batch * classes }, (_, i) => {
    const [row, c] = [Math.floor(i / classes), i % classes];
    if (row % 2 === 0) return c === row % classes ? 1 : 0;
    return c === row % classes ? 0.7 : 0.3 / (classes - 1);
  });
  return { shape, z, truth, scales: Float32Array.from({ length: batch }, (_, i) => (i === 1 ? 0 : 0.3 + i)) };
}

type Choice = Pick<PooledLossChoice, "level" | "pooling" | "objective">;
interface Outcome {
  readonly losses: Float32Array;
  readonly gradient: Float32Array;
}

async function fused(choice: Choice, { shape, z, truth, scales }: Sample, lanes: Lanes): Promise<Outcome> {
  const [batch, k, classes] = shape;
  const code = pooledLossCode({ ...choice, numClasses: classes, repeats: k, lanes });
  if (code === null) throw new Error("This choice has no fused form.");
  const at = `(sample * ${k}u + k) * ${classes}u + c`;
  const { losses, gradient } = await runWgsl(
    `fn logit(sample : u32, k : u32, c : u32) -> f32 { return z[${at}]; }
    fn truth(sample : u32, c : u32) -> f32 { return y[sample * ${classes}u + c]; }
    fn gradientAt(sample : u32, k : u32, c : u32) -> f32 { return gradient[${at}]; }
    fn setGradient(sample : u32, k : u32, c : u32, value : f32) { gradient[${at}] = value; }
    ${code}
    fn main(group : u32, lane : u32) {
      ${lanes === 1 ? `if (lane > 0u) { return; }` : ""}
      let loss = pooledLoss(group, scales[group]${lanes === 1 ? "" : ", lane"});
      ${lanes === 1 ? "" : "if (lane > 0u) { return; }"}
      losses[group] = loss;
    }`,
    { z, y: truth, scales, gradient: new Float32Array(z.length).fill(7), losses: new Float32Array(batch) },
    { workgroups: batch, workgroupSize: lanes },
  );
  return { losses, gradient };
}

async function eager({ level, pooling, objective }: Choice, { shape, z, truth, scales }: Sample): Promise<Outcome> {
  await startTestBackend("cpu");
  const [batch, , classes] = shape;
  const y = tf.tensor3d(truth, [batch, 1, classes]);
  const of = buildObjective(objective);
  const losses = (x: Tensor3D): Tensor1D => sampleLosses(level, pooling, of, x, y);
  const x = tf.tensor3d(z, shape);
  const gradient = tf.grad((at) => tf.sum(tf.mul(losses(at as Tensor3D), tf.tensor1d(scales))))(x);
  return { losses: (await losses(x).data()) as Float32Array, gradient: (await gradient.data()) as Float32Array };
}

async function expectSame(choice: Choice, sample: Sample, lanes: Lanes): Promise<void> {
  const [actual, expected] = [await fused(choice, sample, lanes), await eager(choice, sample)];
  const tolerance = { absolute: 2e-5, relative: 5e-5 };
  expectAllClose(actual.losses, expected.losses, tolerance);
  expectAllClose(actual.gradient, expected.gradient, tolerance);
}

/** Odd and even counts, ties, one repeat, one pair of classes, more classes than lanes, logits that exp can't take. */
const CASES: { shape: Sample["shape"]; logit: (normal: number) => number }[] = [
  { shape: [3, 7, 5], logit: (x) => 3 * x },
  { shape: [4, 8, 2], logit: (x) => Math.round(x) / 2 },
  { shape: [3, 1, 6], logit: (x) => 3 * x },
  { shape: [2, 4, 67], logit: (x) => 90 * Math.sign(x) + x },
];

describe.each([1, 64] as Lanes[])("with %d lanes a sample", (lanes) => {
  beforeAll(() => startTestBackend("webgpu"));
  // Emulated barriers are slow, and lanes meet an objective through its link alone: one of each.
  const objectives = lanes === 1 ? OBJECTIVES : OBJECTIVES.slice(1, 3);
  // Each has a program of its own to compile. Where objectives are many they share the shapes, so that every pooling
  // meets all of them at every level, and every objective the last.
  const hasCase = (seed: number, at: number) => lanes > 1 || seed === CASES.length - 1 || seed === at % 3;

  test.each(PAIRS.flatMap((pair) => objectives.map((objective, at) => ({ ...pair, ...objective, at }))))(
    "$level, $id, $name: value and gradient are the eager ones",
    async ({ level, pooling, objective, at }) => {
      for (const [seed, { shape, logit }] of CASES.entries())
        if (hasCase(seed, at)) await expectSame({ level, pooling, objective }, drawBatch(seed, shape, logit), lanes);
    },
  );

  test("random shapes, levels, poolings and objectives agree as well", async () => {
    const stream = new Stream(lanes, "sample");
    const oneOf = <T>(items: readonly T[]): T => items[stream.below(items.length)] as T;
    for (let seed = 20; seed < 30; seed++) {
      const shape: Sample["shape"] = [1 + stream.below(4), 1 + stream.below(12), 2 + stream.below(90)];
      const stdDev = oneOf([0.1, 1, 5, 20]);
      const { level, pooling } = oneOf(PAIRS);
      const { objective } = oneOf(objectives);
      await expectSame(
        { level, pooling, objective },
        drawBatch(seed, shape, (x) => stdDev * x),
        lanes,
      );
    }
  });

  test.each(PAIRS)("the loss of a model that has diverged is not finite ($level, $id)", async ({ level, pooling }) => {
    const sample = drawBatch(9, [2, 5, 4], () => Number.NaN);
    const { losses } = await fused({ level, pooling, objective: CROSS_ENTROPY }, sample, lanes);
    expect([...losses].filter(Number.isFinite)).toEqual([]);
  });

  test("at the level features one output a sample is left, whatever pooled below", async () => {
    const sample = drawBatch(5, [3, 1, 4], (x) => 2 * x);
    const pooling = { id: "attention", width: 5 } as const;
    await expectSame({ level: "features", pooling, objective: CROSS_ENTROPY }, sample, lanes);
  });

  test("the terms of a sum are weighed and added", async () => {
    const sample = drawBatch(6, [3, 5, 4], (x) => 2 * x);
    await expectSame({ level: "loss", pooling: { id: "mean" }, objective: SUM }, sample, lanes);
    await expectSame({ level: "probabilities", pooling: { id: "max" }, objective: SUM }, sample, lanes);
  });

  test("128 repeats of 1,000 classes fit", async () => {
    const sample = drawBatch(7, [1, 128, 1000], (x) => 4 * x);
    await expectSame({ level: "probabilities", pooling: { id: "mean" }, objective: CROSS_ENTROPY }, sample, lanes);
    await expectSame({ level: "loss", pooling: { id: "median" }, objective: CROSS_ENTROPY }, sample, lanes);
  });
});

const SIZES = { numClasses: 4, repeats: 3 };

test.each<Choice & { name: string }>([
  { name: "a learnt pooling", level: "logits", pooling: { id: "attention", width: 5 }, objective: CROSS_ENTROPY },
  { name: "an objective over the batch", level: "logits", pooling: { id: "mean" }, objective: { id: "soft-f1" } },
  { name: "terms pooled one by one", level: "loss", pooling: { id: "max" }, objective: SUM },
  {
    name: "terms weighed apart",
    level: "logits",
    pooling: { id: "mean" },
    objective: {
      id: "sum",
      terms: [
        { weight: 1, objective: { ...CROSS_ENTROPY, classWeights: "balanced" } },
        { weight: 1, objective: { id: "focal", gamma: 2 } },
      ],
    },
  },
  {
    name: "terms that read logits differently",
    level: "logits",
    pooling: { id: "mean" },
    objective: {
      id: "sum",
      terms: [
        { weight: 1, objective: CROSS_ENTROPY },
        { weight: 1, objective: { id: "binary-cross-entropy" } },
      ],
    },
  },
])("$name has no such form", (choice) => {
  expect(pooledLossCode({ ...choice, ...SIZES })).toBeNull();
});
