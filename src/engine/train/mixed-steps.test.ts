import { beforeEach, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { tf, webGpuBackend } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { EagerSteps } from "./eager-steps.ts";
import { MixedSteps } from "./mixed-steps.ts";
import { Model } from "./model.ts";
import { buildNetwork } from "./network.ts";
import { ParameterLayout } from "./parameters.ts";
import type { Steps } from "./steps.ts";

const STEPS = 8;
const BATCHES: Batch[] = [
  { items: Int32Array.of(0, 3, 4, 10, 7), weights: Float32Array.of(1, 1, 1, 1, 1) },
  { items: Int32Array.of(1, 2, 9, 9, 9), weights: Float32Array.of(1, 1, 1, 0, 0) },
];

const EXPERIMENTS: Partial<ExperimentFile>[] = [
  { optimizer: { id: "adam", learningRate: 0.01 } },
  { optimizer: { id: "sgd", learningRate: 0.1 }, clipNorm: 0.5, aggregate: { level: "loss", pooling: { id: "max" } } },
  {
    optimizer: { id: "adamw", learningRate: 0.01 },
    schedule: { id: "cosine", warmup: 0.2 },
    aggregate: { level: "logits", pooling: { id: "median" } },
    consistency: { id: "logit-variance" },
  },
  { optimizer: { id: "adam", learningRate: 0.01 }, aggregate: { level: "features", pooling: { id: "attention" } } },
  // This one has no fused loss.
  { optimizer: { id: "adam", learningRate: 0.01 }, objective: { id: "soft-f1" } },
];

beforeEach(() => startTestBackend("webgpu"));

/** Losses and last parameters of some steps; dispatches of the last one; tensors left over. */
async function train(make: typeof EagerSteps | typeof MixedSteps, change: Partial<ExperimentFile>) {
  const noises: ExperimentFile["repeat"] = { k: 4, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] };
  const experiment = toyExperiment({ repeat: noises, ...change });
  const data = toyData();
  const network = buildNetwork(experiment, data.data.input, data.data.numClasses);
  const model = new Model(network, experiment, data, [3, 6, 2]);
  const initial = network.init(experiment.seed);
  const layout = new ParameterLayout(initial);
  const before = tf.memory().numTensors;
  const steps: Steps = new make(model, layout, layout.flatten(initial), STEPS);
  const dispatches = vi.spyOn(webGpuBackend(), "runWebGPUProgram");
  for (let step = 1; step <= STEPS; step++) {
    dispatches.mockClear();
    steps.take(BATCHES[step % 2] as Batch, step);
  }
  const numDispatches = dispatches.mock.calls.length;
  dispatches.mockRestore();
  const [losses, theta] = [await steps.readLosses(), await steps.read()];
  steps.dispose();
  const left = tf.memory().numTensors - before;
  data.dispose();
  return { losses, theta, numDispatches, left };
}

test.each(EXPERIMENTS)("%j: losses and parameters are the eager ones, in fewer dispatches", async (change) => {
  const mixed = await train(MixedSteps, change);
  const eager = await train(EagerSteps, change);
  expectAllClose(mixed.losses, eager.losses, { absolute: 1e-4, relative: 1e-3 });
  expectAllClose(mixed.theta, eager.theta, { absolute: 1e-3, relative: 1e-3 });
  expect(mixed.losses).toHaveLength(STEPS);
  expect(mixed.numDispatches).toBeLessThan(eager.numDispatches);
  expect(mixed.left).toBe(0);
});
