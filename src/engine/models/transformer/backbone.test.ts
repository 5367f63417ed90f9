import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../../shared/experiment.ts";
import type { Noise } from "../../../shared/plugins/noises/index.ts";
import { TUNINGS, type Tuning } from "../../../shared/plugins/tunings/index.ts";
import { LEVELS } from "../../../shared/task.ts";
import type { Family } from "../../pretrained/config.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { batchesFor, type StepKind, stepsOf } from "../../testing/steps.ts";
import { tf } from "../../tf.ts";
import type { DeviceData } from "../../train/device-data.ts";
import { Model } from "../../train/model.ts";
import { stepInput } from "../../train/step-input.ts";
import { toTensors } from "./testing/fixtures.ts";
import { smallNetwork, textData, textExperiment } from "./testing/training.ts";

const STEPS = 3;
const LORA: Tuning = { id: "lora", rank: 2, alpha: 4, dropout: 0, projections: "all" };
const DROPPING: Tuning = { ...LORA, dropout: 0.4 };
/** One card each; `full` trains the embeddings as well. */
const EACH: readonly Tuning[] = [
  { id: "full" },
  { id: "head-only" },
  { id: "last-n", blocks: 1 },
  LORA,
  { id: "adapters", width: 3 },
  { id: "prefix", tokens: 2 },
  { id: "bitfit" },
  { id: "layer-norm" },
];
const dropoutAt = (layers: number[]): Noise => ({ id: "dropout", site: "hidden", rate: 0.3, layers });
const GAUSSIAN: Noise = { id: "gaussian", site: "features", stdDev: 0.5, layers: [] };

interface Setup {
  readonly tuning: Tuning;
  readonly family?: Family;
  readonly change: Partial<ExperimentFile>;
}

async function train(kind: StepKind, { tuning, family, change }: Setup, data: DeviceData) {
  const experiment = textExperiment(change);
  const { network, backbone } = await smallNetwork(experiment, tuning, family);
  const steps = stepsOf(kind, { experiment, data, network, totalSteps: STEPS });
  for (const [i, batch] of batchesFor(experiment, data, STEPS).entries()) steps.take(batch, i + 1);
  const result = { losses: [...(await steps.readLosses())], theta: [...(await steps.read())] };
  steps.dispose();
  backbone.dispose();
  return result;
}

test("every tuning method is trained with", () => {
  expect(EACH.map(({ id }) => id).toSorted()).toEqual(TUNINGS.map(({ id }) => id).toSorted());
});

const CASES: readonly (Setup & { name: string })[] = [
  ...EACH.map((tuning) => ({
    name: tuning.id,
    tuning,
    change: { repeat: { k: 3, noises: [dropoutAt([2])] }, aggregate: { level: "logits" } } as Partial<ExperimentFile>,
  })),
  { name: "LoRA with dropout", tuning: DROPPING, change: { repeat: { k: 3 } } },
  { name: "GPT-2 under LoRA", family: "gpt2", tuning: LORA, change: { repeat: { k: 2, noises: [GAUSSIAN] } } },
];

describe("steps are the same", () => {
  let data: DeviceData;

  test.each(CASES)("on cpu, wasm and WebGPU, as they come, recorded and captured: $name", async (setup) => {
    await startTestBackend("cpu");
    data = textData();
    const cpu = await train("eager", setup, data);
    data.dispose();
    const closeTo = (actual: typeof cpu) => {
      expectAllClose(actual.losses, cpu.losses, { absolute: 2e-5, relative: 1e-3 });
      expectAllClose(actual.theta, cpu.theta, { absolute: 2e-5, relative: 1e-3 });
    };
    await startTestBackend("wasm");
    data = textData();
    closeTo(await train("eager", setup, data));
    data.dispose();
    await startTestBackend("webgpu");
    data = textData();
    const eager = await train("eager", setup, data);
    closeTo(eager);
    const plain = await train("plain", setup, data);
    expect(plain).toEqual(eager);
    closeTo(await train("optimised", setup, data));
    data.dispose();
  });
});

describe.each([
  { backend: "cpu", kind: "eager" },
  { backend: "webgpu", kind: "optimised" },
] as const)("at the length of its rows a step is the one at full length on $backend, $kind", ({ backend, kind }) => {
  const noises = [dropoutAt([2])];

  test.each([
    { name: "BERT, LoRA with dropout", tuning: DROPPING, change: { repeat: { k: 2, noises } } },
    { name: "BERT, a prefix", tuning: { id: "prefix", tokens: 2 }, change: {} },
    { name: "GPT-2, all of it", family: "gpt2", tuning: { id: "full" }, change: { repeat: { k: 2, noises } } },
  ] as (Setup & { name: string })[])("$name", async ({ change, ...setup }) => {
    await startTestBackend(backend);
    const [whole, counted] = [textData(10), textData(10, true)];
    const batches = batchesFor(textExperiment({ ...change, batchSize: 2 }), counted, STEPS);
    expect(new Set(batches.map(({ items }) => counted.computedLength(items)))).toEqual(new Set([8, 10]));
    const run = (data: DeviceData) => train(kind, { ...setup, change: { ...change, batchSize: 2 } }, data);
    const [expected, found] = [await run(whole), await run(counted)];
    expectAllClose(found.losses, expected.losses, { absolute: 2e-5, relative: 1e-4 });
    expectAllClose(found.theta, expected.theta, { absolute: 2e-5, relative: 1e-3 });
    whole.dispose();
    counted.dispose();
  });
});

describe.each([
  { backend: "cpu", kind: "eager" },
  { backend: "webgpu", kind: "eager" },
  { backend: "webgpu", kind: "plain" },
  { backend: "webgpu", kind: "optimised" },
] as const)("under LoRA on $backend, $kind", ({ backend, kind }) => {
  let data: DeviceData;
  beforeAll(async () => {
    await startTestBackend(backend);
    data = textData();
  });
  afterAll(() => data.dispose());

  const losses = async (change: Partial<ExperimentFile>, tuning = LORA) =>
    (await train(kind, { tuning, change }, data)).losses;

  /** A recording of each takes its time. */
  const levels = kind === "eager" ? LEVELS : (["logits", "features"] as const);

  test("K = 1 is ordinary fine-tuning at every level, with dropout of its own and of a layer", async () => {
    const repeat = { k: 1, noises: [dropoutAt([1])] };
    const ordinary = await losses({ repeat, aggregate: { level: "loss" } }, DROPPING);
    for (const level of levels) expectAllClose(await losses({ repeat, aggregate: { level } }, DROPPING), ordinary);
  });

  test("without noise K = 3 is K = 1 at every level", async () => {
    const one = await losses({ repeat: { k: 1 } });
    for (const level of levels)
      expectAllClose(await losses({ repeat: { k: 3 }, aggregate: { level } }), one, { absolute: 1e-4, relative: 1e-4 });
  });

  test("under noise the mean loss is no smaller than the losses of means", async () => {
    const repeat = { k: 3, noises: [dropoutAt([1])] };
    const first = async (level: (typeof LEVELS)[number]) =>
      (await losses({ repeat, aggregate: { level } }))[0] as number;
    const mean = await first("loss");
    expect(mean).toBeGreaterThan(await first("logits"));
    expect(mean).toBeGreaterThan(await first("probabilities"));
  });
});

describe("the repeats part where their first noise is", () => {
  let data: DeviceData;
  beforeAll(async () => {
    await startTestBackend("cpu");
    data = textData();
  });
  afterAll(() => data.dispose());

  const K = 3;
  const batch = { items: Int32Array.of(0, 1, 2, 3), weights: new Float32Array(4).fill(1) };

  /** Rows that enter each product of a pass, and its loss. */
  async function pass(tuning: Tuning, noises: Noise[], change: Partial<ExperimentFile> = {}) {
    const experiment = textExperiment({ repeat: { k: K, noises }, ...change });
    const { network, backbone } = await smallNetwork(experiment, tuning);
    const params = toTensors(network.init(1));
    const product = vi.spyOn(tf, "matMul");
    const loss = new Model(network, experiment, data).loss(params, stepInput(batch, 1));
    const rows = product.mock.calls.flatMap(([a]) => ((a as tf.Tensor).rank === 2 ? [(a as tf.Tensor).shape[0]] : []));
    product.mockRestore();
    backbone.dispose();
    return { rows, loss: (await loss.data())[0] as number };
  }

  /** Six products a block, then the pooler and the head. */
  const expected = (repeatedFrom: number) =>
    Array.from({ length: 14 }, (_, i) => (i < 12 ? 6 : 1) * batch.items.length * (i >= repeatedFrom ? K : 1));

  test.each([
    ["above the first block", { id: "full" }, [dropoutAt([1])], 6],
    ["above the last", { id: "full" }, [dropoutAt([2])], 12],
    ["at the features", { id: "full" }, [GAUSSIAN], 13],
  ] as [string, Tuning, Noise[], number][])("%s", async (_, tuning, noises, from) => {
    expect((await pass(tuning, noises)).rows).toEqual(expected(from));
  });

  test("at the embeddings", async () => {
    const texts: Partial<ExperimentFile> = {
      task: "text-classification",
      data: { train: "texts.csv", text: "text" },
      backbone: { id: "transformer" },
      tuning: { id: "full" },
    };
    const embedded: Noise = { id: "gaussian", site: "token-embedding", stdDev: 0.5, layers: [] };
    const noisy = await pass({ id: "full" }, [embedded], texts);
    expect(noisy.rows).toEqual(expected(0));
    expect(noisy.loss).not.toBeCloseTo((await pass({ id: "full" }, [], texts)).loss, 3);
  });

  test("where LoRA drops out, each repeat by a mask of its own and none in a clean pass", async () => {
    expect((await pass(DROPPING, [])).rows).toEqual(
      expected(0).flatMap((rows, i) => (i < 12 ? [rows, rows, rows] : rows)),
    );
    const experiment = textExperiment({ repeat: { k: K, noises: [] } });
    const { network, backbone } = await smallNetwork(experiment, DROPPING);
    // LoRA starts at zero, where its dropout changes nothing.
    const started = Object.entries(network.init(1)).map(([name, { shape, values }]) => [
      name,
      { shape, values: name.endsWith(".lora_b") ? values.fill(0.1) : values },
    ]);
    const params = toTensors(Object.fromEntries(started));
    const model = new Model(network, experiment, data);
    const position = { seed: 1, purpose: "noise", step: 1, firstRow: 0 } as const;
    const options = { k: K, level: "logits", pooling: { id: "mean" }, position } as const;
    const logits = (await model.noisyLogits(params, Int32Array.of(2), options).array())[0] as number[][];
    expect(new Set(logits.map(String)).size).toBe(K);
    const clean = () => model.cleanLogits(params, Int32Array.of(2)).data();
    expect(await clean()).toEqual(await clean());
    backbone.dispose();
  });

  test("which moves no loss", async () => {
    // Noise of the inputs that changes nothing, but has all repeated from the start.
    const nothing: Noise = { id: "gaussian", site: "input", stdDev: 0, layers: [] };
    for (const tuning of [{ id: "full" }, DROPPING] as const) {
      const late = await pass(tuning, [dropoutAt([2])]);
      const early = await pass(tuning, [dropoutAt([2]), nothing]);
      expect(new Set(early.rows)).toEqual(new Set([6 * 4 * K, 4 * K]));
      expect(late.loss).toBeCloseTo(early.loss, 5);
    }
  });
});
