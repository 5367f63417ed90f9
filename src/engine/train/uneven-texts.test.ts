import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import { onlyItems } from "../analysis/held-model.ts";
import { Replay } from "../captured/replay.ts";
import { Tape } from "../captured/tape.ts";
import { memoryBytes } from "../gpu.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { batchesFor, type StepKind, stepsOf } from "../testing/steps.ts";
import { tunedTextExperiment, tunedTexts, UNEVEN_TEXTS } from "../testing/tuned.ts";
import { tf } from "../tf.ts";
import { DeviceData } from "./device-data.ts";
import { evaluateOnDevice, predict, predictWithLoss } from "./evaluate.ts";
import { Model } from "./model.ts";
import { buildNetwork } from "./network.ts";
import { paceOf } from "./parts.ts";
import { readOut } from "./read-out.ts";
import { Trainer } from "./trainer.ts";

const STEPS = 12;
const COMMON = { batchSize: 2, optimizer: { id: "sgd", learningRate: 0.1 } } as const;
const CASES: Readonly<Record<string, Partial<ExperimentFile>>> = {
  "noise at embeddings and dropout": {
    repeat: {
      k: 3,
      noises: [
        { id: "neftune", site: "token-embedding", alpha: 1 },
        { id: "dropout", site: "hidden", rate: 0.3 },
      ],
    },
  },
  "a bank of views": {
    repeat: { k: 2, views: 5, noises: [{ id: "token-drop", site: "input", probability: 0.6 }] },
  },
  "batches with padding": { batchSize: 3, repeat: { k: 1 } },
};

const experimentOf = (name: string): Experiment => tunedTextExperiment({ ...COMMON, ...CASES[name] });

/** The same data, of which nothing tells how long a row is. */
function wholeRows({ data }: DeviceData): DeviceData {
  const { tokenCounts: _, ...rest } = data;
  return new DeviceData(rest);
}

function take(kind: StepKind, experiment: Experiment, data: DeviceData) {
  const steps = stepsOf(kind, { experiment, data, totalSteps: STEPS });
  for (const [i, batch] of batchesFor(experiment, data, STEPS).entries()) steps.take(batch, i + 1);
  return steps;
}

async function train(kind: StepKind, experiment: Experiment, data: DeviceData) {
  const steps = take(kind, experiment, data);
  const result = { losses: [...(await steps.readLosses())], theta: [...(await steps.read())] };
  steps.dispose();
  return result;
}

afterEach(() => vi.restoreAllMocks());

describe.each([
  { backend: "cpu", kinds: ["eager"] },
  { backend: "webgpu", kinds: ["eager", "mixed", "plain", "optimised"] },
] as const)("on $backend", ({ backend, kinds }) => {
  beforeAll(() => startTestBackend(backend));

  test.each(Object.keys(CASES))("steps at the length of their rows are those at full length: %s", async (name) => {
    const experiment = experimentOf(name);
    const data = tunedTexts(experiment, UNEVEN_TEXTS);
    const whole = wholeRows(data);
    const expected = await train("eager", experiment, whole);
    for (const kind of kinds) {
      const trimmed = await train(kind, experiment, data);
      expectAllClose(trimmed.losses, expected.losses, { absolute: 2e-5, relative: 1e-4 });
      expectAllClose(trimmed.theta, expected.theta, { absolute: 2e-5, relative: 1e-3 });
      // Whatever length comes first or last, nothing is left to chance.
      if (kind !== "mixed") expectAllClose((await train(kind, experiment, data)).losses, trimmed.losses);
    }
    data.dispose();
    whole.dispose();
  });
});

describe("a recording", () => {
  beforeAll(() => startTestBackend("webgpu"));

  test.each(Object.keys(CASES))("is made for each length that batches have, and no more: %s", async (name) => {
    const experiment = experimentOf(name);
    const data = tunedTexts(experiment, UNEVEN_TEXTS);
    const model = new Model(buildNetwork(experiment, data.data.input, 3), experiment, data);
    const shapes = batchesFor(experiment, data, STEPS).map(
      (batch, i) => `${model.lengthAt(batch, i + 1)} ${Math.min(...batch.weights)}`,
    );
    expect(new Set(shapes).size).toBeGreaterThan(2);
    const taped = vi.spyOn(Tape.prototype, "recording");
    const runs = vi.spyOn(Replay.prototype, "run");
    take("optimised", experiment, data).dispose();
    // Each twice, to be compared: those of the steps, and of the batch that the trainer begins with.
    const recorded = taped.mock.calls.length / 2;
    expect(recorded).toBeGreaterThanOrEqual(new Set(shapes).size);
    expect(recorded).toBeLessThanOrEqual(new Set(shapes).size + 1);
    expect(runs).toHaveBeenCalledTimes(STEPS);
    data.dispose();
  });
});

test("steps of many lengths hold little more than those of the longest alone, whichever comes first", async () => {
  await startTestBackend("webgpu");
  const experiment = tunedTextExperiment({ ...COMMON, repeat: { k: 8, noises: [{ id: "dropout", site: "hidden" }] } });
  const data = tunedTexts(experiment, UNEVEN_TEXTS);
  const held = async (pairs: readonly [number, number][]) => {
    const before = memoryBytes();
    const steps = stepsOf("optimised", { experiment, data });
    for (const [i, pair] of pairs.entries())
      steps.take({ items: Int32Array.from(pair), weights: Float32Array.of(1, 1) }, i + 1);
    await steps.idle();
    const bytes = memoryBytes() - before;
    steps.dispose();
    return bytes;
  };
  const longest = [3, 0] as [number, number];
  const alone = await held([longest]);
  const others: [number, number][] = [
    [0, 2],
    [1, 0],
    [5, 0],
    [7, 0],
  ];
  expect(await held([...others, longest, ...others])).toBeLessThan(1.3 * alone);
  expect(await held([longest, ...others])).toBeLessThan(1.3 * alone);
  data.dispose();
});

describe.each(["cpu", "webgpu"] as const)("evaluation on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(Object.keys(CASES))("gives each item what it gets at full length, for fewer tokens: %s", async (name) => {
    const experiment = experimentOf(name);
    const data = tunedTexts(experiment, UNEVEN_TEXTS);
    const items = Int32Array.of(6, 3, 0, 1, 7, 2, 4);
    const { groups, placeOf } = data.lengthGroups(items);
    const sorted = Int32Array.from(groups.flatMap((group) => [...group.items]));
    const inference = { ...experiment.inference, k: 3, round: 2 };
    const evaluate = async (of: DeviceData, read: Int32Array, partRows: number) => {
      const network = buildNetwork(experiment, of.data.input, 3);
      const trainer = new Trainer(new Model(network, experiment, of), network.init(1), 1);
      const { model, params } = trainer;
      let tokens = 0;
      const { features } = network;
      vi.spyOn(network, "features").mockImplementation((p, x, context) => {
        tokens += x.size;
        return features(p, x, context);
      });
      paceOf(model).rows = partRows;
      const clean = await predictWithLoss(model, params, read, () => false);
      const cleanTokens = tokens;
      const noisy = await predict(model, params, read, inference);
      paceOf(model).rows = 1000;
      const together = evaluateOnDevice(model, params, read, inference) as tf.Tensor;
      const onDevice = await readOut(together);
      trainer.dispose();
      return { clean, noisy, onDevice, cleanTokens };
    };
    const before = tf.memory().numTensors;
    const whole = wholeRows(data);
    const expected = await evaluate(whole, sorted, 64);
    const inOrder = (rows: Float32Array) => Array.from(placeOf).flatMap((at) => [...rows.subarray(3 * at, 3 * at + 3)]);
    for (const partRows of [3, 64]) {
      const found = await evaluate(data, items, partRows);
      expectAllClose(found.clean.probabilities, inOrder(expected.clean.probabilities));
      expect(found.clean.loss).toBeCloseTo(expected.clean.loss, 5);
      expectAllClose(found.noisy, inOrder(expected.noisy));
      expectAllClose(found.onDevice, [...found.clean.probabilities, ...found.noisy, found.clean.loss]);
      expect(found.cleanTokens).toBeLessThan(0.6 * expected.cleanTokens);
    }
    whole.dispose();
    expect(tf.memory().numTensors).toBe(before);
    data.dispose();
  });
});

test("some items alone keep their lengths", async () => {
  await startTestBackend("cpu");
  const experiment = experimentOf("a bank of views");
  const data = tunedTexts(experiment, UNEVEN_TEXTS);
  const alone = new DeviceData(onlyItems(data.data, Int32Array.of(7, 2)));
  expect([0, 1].map((item) => alone.computedLength(alone.rows(Int32Array.of(item))))).toEqual([32, 8]);
  const [few, all] = [alone.inputs(Int32Array.of(0)), data.inputs(Int32Array.of(7))];
  expect(few.shape).toEqual([1, 32]);
  expectAllClose(await few.data(), await all.data());
  alone.dispose();
  data.dispose();
});
