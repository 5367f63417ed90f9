import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { Objective } from "../../shared/plugins/objectives/index.ts";
import { setKernelVariant } from "../kernels/variant.ts";
import { buildObjective } from "../objectives/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { CROSS_ENTROPY } from "../testing/objectives.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { type Tensor, type Tensor1D, type Tensor3D, tf, webGpuBackend } from "../tf.ts";
import { pooledLoss } from "../train/levels.ts";
import { stepInput } from "../train/step-input.ts";
import { fusedPooledLoss } from "./pooled-loss.ts";
import type { PooledLossChoice } from "./pooled-loss-wgsl.ts";

type Choice = Pick<PooledLossChoice, "level" | "pooling" | "objective">;
type Loss = (z: Tensor3D) => tf.Scalar;

const [BATCH, K, CLASSES] = [69, 7, 5];
const COUNTS = [3, 9, 1, 4, 4];
const BALANCED: Objective = { ...CROSS_ENTROPY, labelSmoothing: 0.2, classWeights: "balanced" };
const PLAIN: Choice = { level: "logits", pooling: { id: "mean" }, objective: CROSS_ENTROPY };

const stream = new Stream(8, "sample");
const normals = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * stream.normal());
const Z = normals(BATCH * K * CLASSES);
const TRUTH = normals(BATCH * K * CLASSES);
/** The last three samples are padding. */
const WEIGHTS = Float32Array.from({ length: BATCH }, (_, i) => (i < BATCH - 3 ? 1 : 0));

const logits = (): Tensor3D => tf.tensor3d(Z, [BATCH, K, CLASSES]);
/** Soft targets, one a sample or one a repeat. */
const targets = (repeats: 1 | typeof K): Tensor3D =>
  tf.softmax(tf.tensor3d(TRUTH.slice(0, BATCH * repeats * CLASSES), [BATCH, repeats, CLASSES]));
const padding = (): Tensor1D => tf.tensor1d(WEIGHTS);

const eager = ({ level, pooling, objective }: Choice, target: Tensor3D, weights: Tensor1D | null): Loss => {
  const of = buildObjective(objective, COUNTS);
  return (z) => pooledLoss(level, pooling, of, z, target, weights);
};
const fused = (choice: Choice, target: Tensor3D, weights: Tensor1D | null): Loss => {
  const of = buildObjective(choice.objective, COUNTS);
  return (z) => fusedPooledLoss(choice, of, z, target, weights) as tf.Scalar;
};

/** Value and gradient of 3 loss: what comes after the loss must reach the logits. */
async function threefold(loss: Loss): Promise<Float32Array[]> {
  const { value, grad } = tf.valueAndGrad((z) => tf.mul(loss(z as Tensor3D), 3))(logits());
  return [(await value.data()) as Float32Array, (await grad.data()) as Float32Array];
}

const CASES: { name: string; choice: Choice; repeats?: typeof K; pads?: boolean }[] = [
  { name: "plain", choice: PLAIN },
  { name: "padded", choice: { ...PLAIN, level: "probabilities" }, pads: true },
  { name: "class weights", choice: { ...PLAIN, level: "loss", objective: BALANCED } },
  { name: "class weights and padding", choice: { ...PLAIN, objective: BALANCED }, pads: true },
  { name: "targets of each repeat", choice: { ...PLAIN, pooling: { id: "max" } }, repeats: K },
  { name: "binary", choice: { ...PLAIN, objective: { id: "binary-cross-entropy" } }, pads: true },
];

describe.each(["software", "hardware"] as const)("the fused loss of a batch, as kernels for %s have it", (variant) => {
  beforeEach(async () => {
    await startTestBackend("webgpu");
    setKernelVariant(variant);
  });

  test.each(CASES)("$name: is the eager loss, and so is its gradient", async ({ choice, repeats = 1, pads }) => {
    const actual = await threefold(fused(choice, targets(repeats), pads ? padding() : null));
    await startTestBackend("cpu");
    const expected = await threefold(eager(choice, targets(repeats), pads ? padding() : null));
    for (const [i, values] of expected.entries()) expectAllClose(actual[i] as Float32Array, values);
  });

  test("takes two dispatches and none backward, and leaves no tensor behind", () => {
    const [z, target] = [logits(), targets(1)];
    const dispatches = vi.spyOn(webGpuBackend(), "runWebGPUProgram");
    const before = tf.memory().numTensors;
    const { value, grads } = tf.valueAndGrads((x) => fused(PLAIN, target, null)(x as Tensor3D))([z]);
    expect(dispatches.mock.calls.length).toBe(2);
    expect(grads[0]?.shape).toEqual([BATCH, K, CLASSES]);
    tf.dispose([value, ...grads]);
    expect(tf.memory().numTensors).toBe(before);
    dispatches.mockRestore();
  });

  test("is left to the eager one where there is no kernel for it", async () => {
    const f = (choice: Choice, repeats: 1 | typeof K = 1) => fused(choice, targets(repeats), null)(logits());
    expect(f({ ...PLAIN, pooling: { id: "attention", width: 3 } })).toBeNull();
    expect(f({ ...PLAIN, objective: { id: "soft-f1" } })).toBeNull();
    expect(f({ ...PLAIN, level: "loss" }, K)).toBeNull();
    await startTestBackend("cpu");
    expect(f(PLAIN)).toBeNull();
  });
});

const EXPERIMENTS: Partial<ExperimentFile>[] = [
  { aggregate: { level: "logits", pooling: { id: "mean" } } },
  { aggregate: { level: "features", pooling: { id: "max" } } },
  { aggregate: { level: "loss", pooling: { id: "median" } }, objective: { id: "focal", gamma: 2 } },
  { aggregate: { level: "probabilities", pooling: { id: "log-mean-exp", t: 2 } }, objective: BALANCED },
  { aggregate: { level: "logits", pooling: { id: "mean" } }, consistency: { id: "symmetric-kl", weight: 0.7 } },
];

test.each(EXPERIMENTS)("a model's fused loss has the eager gradient by its parameters: %j", async (change) => {
  await startTestBackend("webgpu");
  const noises: ExperimentFile["repeat"] = { k: 4, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] };
  const data = toyData();
  const trainer = toyTrainer(toyExperiment({ repeat: noises, ...change }), data);
  const batch = { items: Int32Array.of(0, 3, 4, 10, 7), weights: Float32Array.of(1, 1, 1, 1, 0) };
  const params = trainer.params();
  const names = Object.keys(params);
  const dispatches = vi.spyOn(webGpuBackend(), "runWebGPUProgram");
  const gradients = async (fused: boolean): Promise<Float32Array[]> => {
    dispatches.mockClear();
    const input = stepInput(batch, 1);
    const loss = (...tensors: Tensor[]) =>
      trainer.model.loss(Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor])), input, { fused });
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => params[name] as Tensor));
    return Promise.all([value, ...grads].map(async (tensor) => (await tensor.data()) as Float32Array));
  };
  const actual = await gradients(true);
  const taken = dispatches.mock.calls.length;
  const expected = await gradients(false);
  expect(taken).toBeLessThan(dispatches.mock.calls.length);
  dispatches.mockRestore();
  for (const [i, values] of expected.entries())
    expectAllClose(actual[i] as Float32Array, values, { absolute: 2e-5, relative: 1e-4 });
});
