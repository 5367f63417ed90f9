import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import { LEVELS } from "../../shared/task.ts";
import { device } from "../gpu.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { sensiblePairs } from "../testing/poolings.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { type Batch, batchingOf, epochBatches } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { EagerSteps } from "../train/eager-steps.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";
import { type FusedSteps, fusedSteps } from "./fused-steps.ts";
import { type Geometry, HARDWARE_GEOMETRY, SOFTWARE_GEOMETRY } from "./geometry.ts";

const GEOMETRIES = [
  { adapter: "software", geometry: SOFTWARE_GEOMETRY },
  { adapter: "hardware", geometry: HARDWARE_GEOMETRY },
] as const;
const NUM_ITEMS = 23;
/** Two epochs and more, each with a padded batch at its end. */
const STEPS = 10;

/** Encoded texts in three classes, each with four noisy views where there is a bank. */
function features(size: number, views = 0): DeviceData {
  const stream = new Stream(12, "sample");
  return new DeviceData({
    input: { modality: "features", size },
    values: Float32Array.from({ length: NUM_ITEMS * (1 + views) * size }, () => stream.normal()),
    scale: 1,
    views,
    // One item has no row: it was left out.
    rowOf: Int32Array.from({ length: NUM_ITEMS + 1 }, (_, i) => (i === 4 ? -1 : (1 + views) * (i > 4 ? i - 1 : i))),
    labels: Int32Array.from({ length: NUM_ITEMS + 1 }, (_, i) => (i * 5) % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

const text = (change: Partial<ExperimentFile> = {}): Experiment =>
  toyExperiment({ task: "text-classification", backbone: { id: "use-lite" }, batchSize: 6, ...change });

const ITEMS = Int32Array.from({ length: NUM_ITEMS }, (_, i) => (i >= 4 ? i + 1 : i));

/** Batches of a few epochs, the last of each padded. */
function batches(experiment: Experiment, data: DeviceData, items: Int32Array, count: number): Batch[] {
  const found: Batch[] = [];
  for (let epoch = 1; found.length < count; epoch++)
    found.push(...epochBatches(items, data.data.labels, batchingOf(experiment), epoch));
  return found.slice(0, count);
}

interface Pair {
  readonly eager: EagerSteps;
  readonly fused: FusedSteps;
  dispose(): void;
}

function pair(experiment: Experiment, data: DeviceData, geometry: Geometry = SOFTWARE_GEOMETRY): Pair {
  const network = buildNetwork(experiment, data.data.input, data.data.numClasses);
  const model = new Model(network, experiment, data, [9, 3, 11]);
  const initial = network.init(experiment.seed);
  const layout = new ParameterLayout(initial);
  const theta = layout.flatten(initial);
  const fused = fusedSteps(model, layout, theta, 100, geometry);
  if (typeof fused === "string") throw new Error(`not fused: ${fused}`);
  const eager = new EagerSteps(model, layout, theta, 100);
  return {
    eager,
    fused,
    dispose: () => {
      eager.dispose();
      fused.dispose();
    },
  };
}

const GAUSSIAN = { id: "gaussian", site: "features", stdDev: 0.8 } as const;
const DROPOUT = { id: "dropout", site: "hidden", rate: 0.4 } as const;
const TABLE_NOISES = [
  { id: "feature-drop", probability: 0.3 },
  { id: "gaussian", site: "input", stdDev: 1.5 },
] as const;

/** Settings that differ in every branch of the kernels. */
const SETTINGS: Record<string, { experiment: Experiment; data: () => DeviceData; items?: Int32Array }> = {
  "no hidden layer, 5 features": {
    experiment: text({ repeat: { k: 7, noises: [GAUSSIAN] } }),
    data: () => features(5),
  },
  "no noise at all": { experiment: text({ repeat: { k: 3 } }), data: () => features(4) },
  "two hidden layers with dropout": {
    experiment: text({ head: { hidden: [20, 7] }, repeat: { k: 5, noises: [GAUSSIAN, DROPOUT] } }),
    data: () => features(9),
  },
  "dropout in the second layer alone": {
    experiment: text({ head: { hidden: [8, 8] }, repeat: { k: 2, noises: [{ ...DROPOUT, layers: [2] }] } }),
    data: () => features(8),
  },
  "dropout at the features": {
    experiment: text({ head: { hidden: [16] }, repeat: { k: 4, noises: [{ ...DROPOUT, site: "features" }] } }),
    data: () => features(12),
  },
  "a bank of views": {
    experiment: text({
      head: { hidden: [6] },
      repeat: { k: 3, views: 4, noises: [{ id: "token-drop" }, GAUSSIAN] },
    }),
    data: () => features(6, 4),
  },
  "groups of two": {
    experiment: text({ head: { hidden: [6] }, repeat: { k: 3, groupSize: 2, noises: [GAUSSIAN] } }),
    data: () => features(6),
  },
  "a table, noise below": {
    experiment: toyExperiment({ head: { hidden: [5] }, repeat: { k: 7, noises: [...TABLE_NOISES, DROPOUT] } }),
    data: toyData,
  },
  "a table, noise between backbone and head": {
    experiment: toyExperiment({ head: { hidden: [5] }, repeat: { k: 7, noises: [GAUSSIAN] } }),
    data: toyData,
  },
  "a table, noise in the head alone": {
    experiment: toyExperiment({ head: { hidden: [5] }, repeat: { k: 7, noises: [{ ...DROPOUT, layers: [2] }] } }),
    data: toyData,
  },
  "clipped gradients, decayed weights, warm-up": {
    experiment: text({
      head: { hidden: [7] },
      repeat: { k: 4, noises: [GAUSSIAN] },
      clipNorm: 0.05,
      optimizer: { id: "adamw", learningRate: 0.05, weightDecay: 0.2 },
      schedule: { id: "cosine", warmup: 0.1 },
    }),
    data: () => features(5),
  },
  "momentum, balanced classes": {
    experiment: text({
      repeat: { k: 4, noises: [GAUSSIAN] },
      optimizer: { id: "sgd", learningRate: 0.1, momentum: 0.9 },
      objective: { id: "cross-entropy", labelSmoothing: 0.2, classWeights: "balanced" },
    }),
    data: () => features(5),
  },
};
const itemsOf = (data: DeviceData) =>
  data.data.rowOf.length === NUM_ITEMS + 1 ? ITEMS : Int32Array.from(data.data.rowOf, (_, i) => i);

describe("fused steps on WebGPU", () => {
  beforeAll(() => startTestBackend("webgpu"));
  afterEach(() => expect(tf.memory().numTensors).toBe(0));

  describe.each(GEOMETRIES)("as for a $adapter adapter", ({ geometry }) => {
    test.each(Object.entries(SETTINGS))("follow the eager ones: %s", async (_, { experiment, data: make }) => {
      const data = make();
      const both = pair(experiment, data, geometry);
      batches(experiment, data, itemsOf(data), STEPS).forEach((batch, i) => {
        both.eager.take(batch, i + 1);
        both.fused.take(batch, i + 1);
      });
      const [expected, losses] = [await both.eager.readLosses(), await both.fused.readLosses()];
      expectAllClose(losses, expected, { absolute: 2e-5, relative: 2e-5 });
      expect(new Set(losses).size).toBe(STEPS);
      expectAllClose(await both.fused.read(), await both.eager.read(), { absolute: 1e-4, relative: 1e-4 });
      both.dispose();
      data.dispose();
    });

    test.each(sensiblePairs(LEVELS).filter(({ level, id }) => level !== "features" && id !== "attention"))(
      "pool as the eager ones do ($level, $id)",
      async ({ level, pooling }) => {
        const experiment = text({ repeat: { k: 7, noises: [GAUSSIAN] }, aggregate: { level, pooling } });
        const data = features(5);
        const both = pair(experiment, data, geometry);
        const [batch] = batches(experiment, data, ITEMS, 1) as [Batch];
        for (const step of [1, 2, 3]) {
          both.eager.take(batch, step);
          both.fused.take(batch, step);
        }
        expectAllClose(await both.fused.readLosses(), await both.eager.readLosses(), {
          absolute: 2e-5,
          relative: 2e-5,
        });
        expectAllClose(await both.fused.read(), await both.eager.read(), { absolute: 1e-4, relative: 1e-4 });
        both.dispose();
        data.dispose();
      },
    );
  });

  test("a hundred steps stay within 1e-4 + 1e-3 of the eager loss", async () => {
    const experiment = text({
      head: { hidden: [32] },
      repeat: { k: 8, noises: [{ ...GAUSSIAN, stdDev: 0.3 }] },
      optimizer: { id: "adam", learningRate: 0.01 },
    });
    const data = features(16);
    const both = pair(experiment, data);
    batches(experiment, data, ITEMS, 100).forEach((batch, i) => {
      both.eager.take(batch, i + 1);
      both.fused.take(batch, i + 1);
    });
    const [expected, losses] = [await both.eager.readLosses(), await both.fused.readLosses()];
    expectAllClose(losses, expected, { absolute: 1e-4, relative: 1e-3 });
    // Both have learnt: otherwise nothing that changes the weights would tell.
    expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] as number));
    both.dispose();
    data.dispose();
  });

  test("a step of the head is five dispatches in one pass, makes no buffer and uploads its rows and counters", async () => {
    const experiment = text({ head: { hidden: [32] }, repeat: { k: 8, noises: [GAUSSIAN] } });
    const data = features(16);
    const both = pair(experiment, data);
    const [batch] = batches(experiment, data, ITEMS, 1) as [Batch];
    both.fused.take(batch, 1);
    const gpu = device();
    const [write, submit, create] = [
      vi.spyOn(gpu.queue, "writeBuffer"),
      vi.spyOn(gpu.queue, "submit"),
      vi.spyOn(gpu, "createBuffer"),
    ];
    both.fused.take(batch, 2);
    expect(both.fused.plan.dispatches.length).toBe(5);
    expect(write.mock.calls.map(([, , values]) => (values as Uint32Array).byteLength)).toEqual([4 * (16 + 6)]);
    expect([submit.mock.calls.length, create.mock.calls.length]).toEqual([1, 0]);
    for (const spy of [write, submit, create]) spy.mockRestore();
    await both.fused.idle();
    both.dispose();
    data.dispose();
  });

  test("losses are read in order round the end of their ring, and the ring never overruns in silence", async () => {
    // Steps so small that four batches in turn have the same four losses for ever.
    const experiment = text({ repeat: { k: 1 }, optimizer: { id: "sgd", learningRate: 1e-7, momentum: 0 } });
    const data = features(4);
    const both = pair(experiment, data);
    const all = batches(experiment, data, ITEMS, 4);
    const at = (i: number) => all[i % 4] as Batch;
    for (let i = 0; i < 4094; i++) both.fused.take(at(i), i + 1);
    const first = await both.fused.readLosses();
    for (let i = 4094; i < 4098; i++) both.fused.take(at(i), i + 1);
    const across = await both.fused.readLosses();
    expect([first.length, across.length]).toEqual([4094, 4]);
    const turn = [2, 3, 0, 1].map((i) => first[i] as number);
    const sorted = turn.toSorted((a, b) => a - b);
    expect(Math.min(...sorted.slice(1).map((loss, i) => loss - (sorted[i] as number)))).toBeGreaterThan(5e-3);
    expectAllClose(across, turn, { absolute: 2e-3, relative: 0 });
    for (let i = 0; i < 4096; i++) both.fused.take(at(i), i + 1);
    expect(() => both.fused.take(at(0), 1)).toThrow("losses wait to be read");
    await both.fused.idle();
    both.dispose();
    data.dispose();
  });

  test("evaluation in between reads the weights of the moment, and weights can be put back", async () => {
    const data = toyData();
    const trainer = toyTrainer(toyExperiment(), data, { path: "fast" });
    const [batch] = batches(trainer.experiment, data, itemsOf(data), 1) as [Batch];
    expect(trainer.path).toBe("fused");
    const before = await trainer.read();
    const weight = async () => {
      const read = tf.tidy(() => tf.clone(trainer.params()["head.dense_0.weight"] as tf.Tensor));
      const values = await read.data();
      read.dispose();
      return [...values];
    };
    for (let i = 0; i < 3; i++) {
      trainer.step(batch);
      expect(await weight()).toEqual([...((await trainer.read())["head.dense_0.weight"]?.values ?? [])]);
    }
    trainer.restore(before);
    expect(await weight()).toEqual([...(before["head.dense_0.weight"]?.values ?? [])]);
    trainer.dispose();
    data.dispose();
  });

  test.each([
    ["its outputs are pooled below the head", { aggregate: { level: "features" } }, "pooled below the head"],
    ["its pooling learns", { aggregate: { pooling: { id: "attention" } } }, "no kernel"],
    ["its objective is over the batch", { objective: { id: "soft-f1" } }, "no kernel"],
    ["its repeats are drawn together", { consistency: { id: "symmetric-kl" } }, "symmetric-kl"],
    ["its noise mixes samples", { repeat: { noises: [{ id: "mixup" }] } }, "mixup"],
    ["noise is added between its layers", { repeat: { noises: [{ id: "gaussian", site: "hidden" }] } }, "hidden"],
  ] as const)("a model whose form they do not know is trained otherwise, with the reason: %s", (_, change, reason) => {
    const data = toyData();
    const trainer = toyTrainer(toyExperiment(change as Partial<ExperimentFile>), data, { path: "fast" });
    expect(trainer.path).toBe("captured");
    expect(trainer.report.reason).toContain(reason);
    trainer.dispose();
    data.dispose();
  });

  test.each(TESTED_OBJECTIVES.filter(({ name }) => !["soft-f1", "sum"].includes(name)))(
    "$name is fused",
    ({ objective }) => {
      const data = toyData();
      const trainer = toyTrainer(toyExperiment({ objective }), data, { path: "fast" });
      expect(trainer.path).toBe("fused");
      trainer.dispose();
      data.dispose();
    },
  );
});
