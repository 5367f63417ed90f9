import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_PATHS } from "../testing/backends.ts";
import { expectGradient } from "../testing/gradcheck.ts";
import { TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { sensiblePairs } from "../testing/poolings.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { type Batch, batchesOf } from "./batches.ts";
import type { DeviceData } from "./device-data.ts";
import { clipToNorm } from "./gradient.ts";
import { buildNetwork } from "./network.ts";
import { ParameterLayout } from "./parameters.ts";

const PAIRS = sensiblePairs(LEVELS);
const OBJECTIVE_PAIRS = TESTED_OBJECTIVES.flatMap((of) => LEVELS.map((level) => ({ ...of, level })));
const K = 7;
const STRONG = [
  { id: "gaussian", site: "input", stdDev: 3 },
  { id: "dropout", site: "hidden", rate: 0.4 },
  { id: "gaussian", site: "features", stdDev: 0.7 },
] as const;
/** The last batch of eleven items by five: one real item and four that pad. */
const [FIRST, , LAST] = [
  ...batchesOf(
    Int32Array.from({ length: 11 }, (_, i) => i),
    5,
  ),
] as [Batch, Batch, Batch];
const close = { absolute: 2e-5, relative: 1e-4 };

function experiment(level: Level, pooling: Pooling, k: number, noisy: boolean, more: Partial<ExperimentFile> = {}) {
  const noises = noisy ? [...STRONG] : [];
  return toyExperiment({ repeat: { k, noises }, aggregate: { level, pooling }, head: { hidden: [5] }, ...more });
}

/** Attention's own weights come last by their names; the others are compared. */
const sharedPart = (all: readonly number[], others: readonly number[]) => all.slice(0, others.length);

type Path = (typeof TESTED_PATHS)[number]["path"];

/** What many tests of one way to train compare with, computed once for them all. */
const known = new Map<string, Promise<unknown>>();
function once<T>(key: unknown, compute: () => Promise<T>): Promise<T> {
  const text = JSON.stringify(key);
  const found = (known.get(text) as Promise<T> | undefined) ?? compute();
  known.set(text, found);
  return found;
}

async function train(data: DeviceData, of: Experiment, steps: number, { path = "eager" as Path, batch = FIRST } = {}) {
  const trainer = toyTrainer(of, data, { path });
  for (let i = 0; i < steps; i++) trainer.step(batch);
  const losses = [...(await trainer.losses())];
  const params = await trainer.read();
  trainer.dispose();
  return { losses, theta: Object.values(params).flatMap(({ values }) => [...values]) };
}

/** By automatic differentiation; on the fast path out of a step of plain descent, theta before it minus theta after. */
async function lossAndGradient(data: DeviceData, of: Experiment, path: Path = "eager", batch = FIRST) {
  if (path === "fast") {
    const descent = { id: "sgd", learningRate: 1, momentum: 0 } as const;
    const after = await train(data, { ...of, optimizer: descent, clipNorm: null }, 1, { path, batch });
    const before = Object.values(buildNetwork(of, data.data.input, data.data.numClasses).init(of.seed));
    const gradient = before.flatMap(({ values }) => [...values]).map((value, i) => value - (after.theta[i] as number));
    return { loss: after.losses[0] as number, gradient };
  }
  const trainer = toyTrainer(of, data);
  const { value, gradient } = tf.tidy(() => trainer.lossAndGradient(batch, 1));
  const result = { loss: (await value.data())[0] as number, gradient: [...(await gradient.data())] };
  tf.dispose([value, gradient]);
  trainer.dispose();
  return result;
}

describe.each(TESTED_PATHS)("on $backend, $path", ({ backend, path }) => {
  let data: DeviceData;

  beforeAll(async () => {
    await startTestBackend(backend);
    data = toyData();
  });
  afterAll(() => data.dispose());

  /** Ordinary fine-tuning: one pass a sample, pooled by nothing. */
  const ordinarySteps = (change: Partial<ExperimentFile> = {}, batch = FIRST) =>
    once([backend, path, "steps", change, batch], () =>
      train(data, experiment("logits", { id: "mean" }, 1, true, change), 3, { path, batch }),
    );
  const ordinaryGradient = (noisy: boolean, change: Partial<ExperimentFile> = {}) =>
    once([backend, path, "gradient", noisy, change], () =>
      lossAndGradient(data, experiment("logits", { id: "mean" }, 1, noisy, change), path),
    );

  test.each(PAIRS)("K = 1 is ordinary fine-tuning, step for step ($level, $id)", async ({ level, pooling }) => {
    const ordinary = await ordinarySteps();
    const single = await train(data, experiment(level, pooling, 1, true), 3, { path });
    expectAllClose(single.losses, ordinary.losses, close);
    expectAllClose(sharedPart(single.theta, ordinary.theta), ordinary.theta, close);
  });

  test.each(PAIRS)(
    "without noise K = 7 has the loss and gradient of K = 1 ($level, $id)",
    async ({ level, pooling }) => {
      const one = await ordinaryGradient(false);
      const many = await lossAndGradient(data, experiment(level, pooling, K, false), path);
      expectAllClose([many.loss], [one.loss], close);
      expectAllClose(sharedPart(many.gradient, one.gradient), one.gradient, close);
    },
  );

  test.each(OBJECTIVE_PAIRS)("both hold for every objective ($name, $level)", async ({ objective, level }) => {
    const max = { id: "max" } as const;
    const change = { objective, ...(level === "features" ? {} : { consistency: { id: "symmetric-kl" } as const }) };
    const ordinary = await ordinarySteps({ objective }, LAST);
    const single = await train(data, experiment(level, max, 1, true, change), 3, { path, batch: LAST });
    expectAllClose(single.losses, ordinary.losses, close);
    expectAllClose(single.theta, ordinary.theta, close);
    const one = await ordinaryGradient(false, { objective });
    const many = await lossAndGradient(data, experiment(level, max, K, false, change), path);
    expectAllClose([many.loss], [one.loss], close);
    expectAllClose(many.gradient, one.gradient, close);
  });

  test.each(TESTED_OBJECTIVES)("padding weighs nothing in $name", async ({ objective }) => {
    const of = experiment("loss", { id: "max" }, 1, false, { objective });
    const padded = await lossAndGradient(data, of, path, LAST);
    const alone = await lossAndGradient(data, of, path, { items: LAST.items.slice(0, 1), weights: Float32Array.of(1) });
    expectAllClose([padded.loss], [alone.loss], close);
    expectAllClose(padded.gradient, alone.gradient, close);
  });

  test.each(["symmetric-kl", "logit-variance"] as const)("%s adds to the loss once repeats differ", async (id) => {
    const without = await lossAndGradient(data, experiment("loss", { id: "mean" }, K, true), path);
    const added = async (weight: number) => {
      const of = experiment("loss", { id: "mean" }, K, true, { consistency: { id, weight } });
      return (await lossAndGradient(data, of, path)).loss - without.loss;
    };
    const [one, three] = [await added(1), await added(3)];
    expect(one).toBeGreaterThan(1e-3);
    expectAllClose([three], [3 * one], { absolute: 1e-5, relative: 1e-3 });
  });

  test.each(PAIRS)("noise moves the loss, more so once repeated ($level, $id)", async ({ level, pooling }) => {
    // At K = 1 they are the same for every level and pooling, as the tests above say.
    const [clean, single] = [await ordinaryGradient(false), await ordinaryGradient(true)];
    const repeated = await lossAndGradient(data, experiment(level, pooling, K, true), path);
    expect(Math.abs(single.loss - clean.loss)).toBeGreaterThan(1e-3);
    expect(Math.abs(repeated.loss - single.loss)).toBeGreaterThan(1e-4);
  });

  test("padding weighs nothing: one real item among four copies trains as that item alone", async () => {
    const of = experiment("logits", { id: "mean" }, 1, false);
    const padded = await lossAndGradient(data, of, path, LAST);
    const alone = await lossAndGradient(data, of, path, { items: LAST.items.slice(0, 1), weights: Float32Array.of(1) });
    expectAllClose([padded.loss], [alone.loss], close);
    expectAllClose(padded.gradient, alone.gradient, close);
  });

  test("the same seed gives the same steps to the last bit; another seed gives others", async () => {
    const run = (seed: number) =>
      train(data, experiment("probabilities", { id: "max" }, K, true, { seed }), 3, { path });
    expect(await run(5)).toEqual(await run(5));
    expect((await run(6)).losses).not.toEqual((await run(5)).losses);
  });

  test("a step leaves nothing behind but its loss, and a disposed trainer nothing at all", async () => {
    const before = tf.memory().numTensors;
    const trainer = toyTrainer(experiment("loss", { id: "max" }, K, true, { clipNorm: 1 }), data, { path });
    trainer.step(FIRST);
    await trainer.losses();
    const after = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) trainer.step(FIRST);
    await trainer.losses();
    expect(tf.memory().numTensors).toBe(after);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("gradients are cut to the norm and no further", async () => {
    const long = await clipToNorm(tf.tensor1d([3, 4]), 1).data();
    expectAllClose(long, [0.6, 0.8]);
    expectAllClose(await clipToNorm(tf.tensor1d([0.3, 0.4]), 1).data(), [0.3, 0.4]);
    expectAllClose(await clipToNorm(tf.tensor1d([0, 0]), 1).data(), [0, 0]);
  });
});

describe("gradients of the whole loss", () => {
  test.each(PAIRS)(
    "agree with finite differences on cpu, with webgpu's too ($level, $id)",
    async ({ level, pooling }) => {
      await startTestBackend("cpu");
      const data = toyData();
      const of = experiment(level, pooling, 3, true, { seed: 3 });
      const trainer = toyTrainer(of, data);
      const initial = await trainer.read();
      const layout = new ParameterLayout(initial);
      const theta = layout.flatten(initial);
      const lossAt = async (values: Float32Array) => {
        trainer.restore(layout.unflatten(values));
        const loss = tf.tidy(() => trainer.lossAndGradient(FIRST, 1).value);
        return (await loss.data())[0] as number;
      };
      const { gradient } = await lossAndGradient(data, of);
      await expectGradient(lossAt, theta, gradient, { step: 1e-3, absolute: 2e-3, kinks: 0.1 });
      await startTestBackend("webgpu");
      const onGpu = toyData();
      expectAllClose((await lossAndGradient(onGpu, of)).gradient, gradient, { absolute: 1e-5, relative: 1e-3 });
      onGpu.dispose();
    },
  );
});

test("fifty steps on webgpu follow cpu's losses within 1e-3", async () => {
  const of = experiment("logits", { id: "mean" }, K, true, { optimizer: { id: "adam", learningRate: 0.01 } });
  const run = async (backend: "cpu" | "webgpu") => {
    await startTestBackend(backend);
    const data = toyData();
    const { losses } = await train(data, of, 50);
    data.dispose();
    return losses;
  };
  const cpu = await run("cpu");
  expectAllClose(await run("webgpu"), cpu, { absolute: 0, relative: 1e-3 });
  expect(cpu.at(-1)).toBeLessThan((cpu[0] as number) * 0.8);
});
