import { beforeEach, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type StepKind, stepsOf } from "../testing/steps.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import type { Batch } from "../train/batches.ts";

const STEPS = 20;
const BATCHES: Batch[] = [
  { items: Int32Array.of(0, 3, 4, 10, 7), weights: Float32Array.of(1, 1, 1, 1, 1) },
  { items: Int32Array.of(1, 2, 9, 9, 9), weights: Float32Array.of(1, 1, 1, 0, 0) },
];

const EXPERIMENTS: Partial<ExperimentFile>[] = [
  { optimizer: { id: "adam", learningRate: 0.01 } },
  { optimizer: { id: "sgd", learningRate: 0.1 }, clipNorm: 0.5, aggregate: { level: "loss", pooling: { id: "max" } } },
];

beforeEach(() => startTestBackend("webgpu"));

async function train(kind: StepKind, change: Partial<ExperimentFile>) {
  const noises: ExperimentFile["repeat"] = { k: 4, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] };
  const data = toyData();
  const before = tf.memory().numTensors;
  const steps = stepsOf(kind, { experiment: toyExperiment({ repeat: noises, ...change }), data, totalSteps: STEPS });
  for (let step = 1; step <= STEPS; step++) steps.take(BATCHES[step % 2] as Batch, step);
  const [losses, theta] = [await steps.readLosses(), await steps.read()];
  steps.dispose();
  const left = tf.memory().numTensors - before;
  data.dispose();
  return { losses, theta, left };
}

test.each(EXPERIMENTS)("%j: plain is eager to the last bit, optimised to rounding", async (change) => {
  const eager = await train("eager", change);
  const plain = await train("plain", change);
  expect([...plain.losses]).toEqual([...eager.losses]);
  expect([...plain.theta]).toEqual([...eager.theta]);
  const fast = await train("optimised", change);
  expectAllClose(fast.losses, eager.losses, { absolute: 1e-4, relative: 1e-3 });
  expect(fast.losses).toHaveLength(STEPS);
  expect(plain.left).toBe(0);
  expect(fast.left).toBe(0);
});
