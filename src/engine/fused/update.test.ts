import { beforeEach, expect, test, vi } from "vitest";
import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import type { Schedule } from "../../shared/plugins/schedules/index.ts";
import { setKernelVariant } from "../kernels/variant.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { TESTED_OPTIMIZERS } from "../testing/optimizers.ts";
import { type Tensor, tf, webGpuBackend } from "../tf.ts";
import { clipToNorm } from "../train/gradient.ts";
import { scaledStep } from "../train/layer-decay.ts";
import { FusedUpdate, type UpdateRule } from "./update.ts";
import { stepHyper } from "./update-wgsl.ts";

const STEPS = 20;
const SCHEDULE: Schedule = { id: "linear", warmup: 0.2 };
const CLOSE = { absolute: 1e-5, relative: 1e-5 };

/** Gradient of sum_i c_i (theta_i - 1)^2 / 2, c far from even. */
const gradientAt = (theta: Tensor): Tensor => {
  const curvature = Float32Array.from({ length: theta.size }, (_, i) => 10 ** (1 - (i % 5)));
  return tf.mul(tf.sub(theta, 1), tf.tensor1d(curvature));
};

function draw(size: number): Float32Array {
  const stream = new Stream(size, "sample");
  return Float32Array.from({ length: size }, () => stream.normal());
}

/** Steps of three sizes, each for a third of the parameters. */
const scalesOf = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => 2 ** -(i % 3));

async function eager({ optimizer, clipNorm, scales }: UpdateRule, start: Float32Array): Promise<Float32Array> {
  await startTestBackend("cpu");
  const { slots, update } = buildOptimizer(optimizer);
  let [theta, state]: [Tensor, Tensor[]] = [tf.tensor1d(start), slots.map(() => tf.zeros([start.length]))];
  for (let step = 1; step <= STEPS; step++) {
    const gradient = gradientAt(theta);
    const hyper = stepHyper(optimizer, SCHEDULE, step, STEPS).map((value) => tf.scalar(value));
    const clipped = clipNorm === null ? gradient : clipToNorm(gradient, clipNorm);
    const next = update(theta, state, { gradient: clipped, parameters: optimizer, hyper });
    theta = scales ? scaledStep(theta, next.theta, tf.tensor1d(scales)) : next.theta;
    state = next.slots;
  }
  return (await theta.data()) as Float32Array;
}

const take = (update: FusedUpdate, step: number): void =>
  tf.tidy(() => update.apply(gradientAt(update.theta), hyperOf(update, SCHEDULE, step)));

const hyperOf = ({ rule }: FusedUpdate, schedule: Schedule, step: number): Tensor =>
  tf.tensor1d(stepHyper(rule.optimizer, schedule, step, STEPS));

beforeEach(() => startTestBackend("webgpu"));

const CASES = TESTED_OPTIMIZERS.flatMap((optimizer) =>
  // Steps of one parameter are clipped at first and later not; those of thousands always.
  ([null, 0.5] as const).flatMap((clipNorm) =>
    (["software", "hardware"] as const).flatMap((variant) =>
      [false, true].map((scaled) => ({ id: optimizer.id, optimizer, clipNorm, variant, scaled })),
    ),
  ),
);

test.each(CASES)(
  "$id, clipped to $clipNorm, scaled $scaled, for $variant: theta goes where the eager update takes it",
  async (one) => {
    const { optimizer, clipNorm, variant, scaled } = one;
    for (const size of scaled ? [1, 131, 500] : [1, 131, 5000]) {
      await startTestBackend("webgpu");
      setKernelVariant(variant);
      const before = tf.memory().numTensors;
      const rule = { optimizer, clipNorm, scales: scaled ? scalesOf(size) : null };
      const update = new FusedUpdate(rule, draw(size));
      for (let step = 1; step <= STEPS; step++) take(update, step);
      const actual = await update.read();
      update.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expectAllClose(actual, await eager(rule, draw(size)), CLOSE);
      expect(actual.some((value, i) => Math.abs(value - (draw(size)[i] as number)) > 1e-2)).toBe(true);
    }
  },
);

test.each([
  { clipNorm: null, expected: 1 },
  { clipNorm: 0.5, expected: 3 },
])("a step clipped to $clipNorm takes $expected dispatches", ({ clipNorm, expected }) => {
  const update = new FusedUpdate({ optimizer: TESTED_OPTIMIZERS[1] as Optimizer, clipNorm, scales: null }, draw(131));
  const gradient = tf.ones([131]);
  const dispatches = vi.spyOn(webGpuBackend(), "runWebGPUProgram");
  tf.tidy(() => update.apply(gradient, hyperOf(update, SCHEDULE, 1)));
  expect(dispatches.mock.calls.length).toBe(expected);
  dispatches.mockRestore();
  gradient.dispose();
  update.dispose();
});

test("other parameters can be put in place, and the state stays", async () => {
  const sgd: Optimizer = { id: "sgd", learningRate: 0.5, momentum: 0.5 };
  const constant: Schedule = { id: "constant", warmup: 0 };
  const update = new FusedUpdate({ optimizer: sgd, clipNorm: null, scales: null }, Float32Array.of(3, 4));
  const gradient = tf.tensor1d([1, 2]);
  tf.tidy(() => update.apply(gradient, hyperOf(update, constant, 1)));
  expectAllClose(await update.read(), [2.5, 3]);
  update.write(Float32Array.of(10, 20));
  tf.tidy(() => update.apply(gradient, hyperOf(update, constant, 2)));
  // The velocity is 1.5 times the gradient by now.
  expectAllClose(await update.read(), [10 - 0.75, 20 - 1.5]);
  expectAllClose(await tf.mul(update.theta, 2).data(), [18.5, 37]);
  gradient.dispose();
  update.dispose();
});
