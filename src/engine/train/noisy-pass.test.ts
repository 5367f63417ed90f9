import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { backboneLayers } from "../../shared/noise-misfits.ts";
import type { Noise } from "../../shared/plugins/noises/index.ts";
import { LEVELS } from "../../shared/task.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { batchesOf } from "./batches.ts";
import { DeviceData } from "./device-data.ts";
import { noisyInputs, noisyTargets } from "./pass.ts";
import { stepInput } from "./step-input.ts";
import type { Trainer } from "./trainer.ts";

const K = 7;
const MIXUP: Noise = { id: "mixup", site: "input", alpha: 1 };
const IMAGE_NOISES: Noise[] = [
  { id: "shift", site: "input", fraction: 0.2 },
  { id: "flip", site: "input", probability: 0.5 },
  { id: "crop", site: "input", minScale: 0.6 },
  { id: "rotate", site: "input", degrees: 20 },
  { id: "colour", site: "input", brightness: 0.3, contrast: 0.3, saturation: 0.3 },
  { id: "cutout", site: "input", fraction: 0.3 },
  { id: "gaussian", site: "input", stdDev: 0.1, layers: [] },
  { id: "dropout", site: "hidden", rate: 0.3, layers: [] },
];

/** Nine images of eight by eight pixels in three classes. */
function images(): DeviceData {
  const stream = new Stream(5, "sample");
  return new DeviceData({
    input: { modality: "image", height: 8, width: 8, channels: 3 },
    values: Uint8Array.from({ length: 9 * 192 }, () => stream.below(256)),
    scale: 1 / 255,
    views: 0,
    rowOf: Int32Array.from({ length: 9 }, (_, i) => i),
    labels: Int32Array.from({ length: 9 }, (_, i) => i % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

const imageExperiment = (noises: Noise[]): Partial<ExperimentFile> => ({
  task: "image-classification",
  backbone: { id: "seed-cnn", channels1: 4, channels2: 4, dense: 8 },
  optimizer: { id: "sgd", learningRate: 0.1 },
  repeat: { k: 3, noises },
});
const [FIRST, SECOND] = [...batchesOf(Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), 4)];

/** Whatever reaches the device from the host while a trainer takes a step: each value as text. */
function written(trainer: Trainer, batch: NonNullable<typeof FIRST>): { dtype: string; values: string }[] {
  const write = vi.spyOn(tf.backend(), "write");
  trainer.step(batch);
  const calls = write.mock.calls.map(([values, , dtype]) => ({ dtype, values: String(values) }));
  write.mockRestore();
  return calls;
}

test.each([
  ["the image noises", IMAGE_NOISES],
  ["mixup", [MIXUP]],
])("on WebGPU a step under %s uploads its items' numbers, and else only what every step does", async (_, noises) => {
  await startTestBackend("webgpu");
  const data = images();
  const trainer = toyTrainer(toyExperiment(imageExperiment(noises)), data);
  if (!FIRST || !SECOND) throw new Error("no batches");
  const [first, second] = [written(trainer, FIRST), written(trainer, SECOND)];
  expect(second.length).toBe(first.length);
  const differing = first.filter(({ values }, i) => values !== second[i]?.values);
  // The step's number, which counts the draws; rows of the inputs, and those of the targets.
  expect(differing).toEqual(
    ["1", ...[0, 0].map(() => String(FIRST.items))].map((values) => ({ dtype: "int32", values })),
  );
  trainer.dispose();
  data.dispose();
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  let data: DeviceData;
  const items = Int32Array.of(0, 1, 2, 3, 4);
  const batch = { items, weights: new Float32Array(5).fill(1) };

  beforeAll(async () => {
    await startTestBackend(backend);
    data = toyData();
  });
  afterAll(() => data.dispose());

  const modelOf = (noises: Noise[], more: Partial<ExperimentFile> = {}) => {
    const trainer = toyTrainer(toyExperiment({ repeat: { k: K, noises }, ...more }), data);
    return { trainer, losses: (step = 1) => trainer.model.loss(trainer.params(), stepInput(batch, step)).data() };
  };
  const position = { seed: 1, step: 1, firstRow: 0 } as const;

  test.each(LEVELS)("mixup at the level %s mixes inputs and targets by one draw, anew in each step", async (level) => {
    const aggregate = { level } as const;
    const { losses } = modelOf([MIXUP], { aggregate });
    expect([...(await losses(2))]).not.toEqual([...(await losses(1))]);
    expect([...(await losses())]).not.toEqual([...(await modelOf([], { aggregate }).losses())]);
    // With all samples of one class a mixture of targets is that class: only the inputs differ.
    const one = { ...data.data, labels: new Int32Array(11).fill(1) };
    const same = new DeviceData({ ...one, values: data.data.values.map((_, i) => (i % 4) - 1.5) });
    const trainer = toyTrainer(toyExperiment({ repeat: { k: K, noises: [MIXUP] }, aggregate }), same);
    const clean = toyTrainer(toyExperiment({ repeat: { k: K, noises: [] }, aggregate }), same);
    const [a, b] = [trainer, clean].map((t) => t.model.loss(t.params(), stepInput(batch, 1)));
    expectAllClose(await (a as tf.Tensor).data(), await (b as tf.Tensor).data());
    same.dispose();
  });

  test("where the inputs are the targets, they stay so under two mixups", async () => {
    const labels = [...data.data.labels];
    const rows = Float32Array.from({ length: 33 }, (_, i) => (labels[Math.floor(i / 3)] === i % 3 ? 1 : 0));
    const x = tf.tensor2d(rows, [11, 3]);
    const options = {
      k: K,
      noises: [MIXUP, { ...MIXUP, alpha: 0.3 }],
      level: "loss",
      pooling: { id: "mean" },
      facts: data,
      position: { ...position, purpose: "noise" },
    } as const;
    const [inputs, targets] = [noisyInputs(x, options), noisyTargets(x, options)];
    expect(targets.shape).toEqual([11, K, 3]);
    expectAllClose(await inputs.data(), await targets.data());
    expectAllClose(await tf.sum(targets, 2).data(), new Array(11 * K).fill(1));
    expect((await tf.max(targets, 2).data()).filter((share) => share < 0.9).length).toBeGreaterThan(20);
    const unmixed = noisyTargets(x, { ...options, noises: [] });
    expect(unmixed.shape).toEqual([11, 1, 3]);
    expectAllClose(await unmixed.data(), rows);
  });

  test("at K = 1 every level has mixup's one loss", async () => {
    const at = (level: (typeof LEVELS)[number]) =>
      modelOf([MIXUP], { aggregate: { level }, repeat: { k: 1, noises: [MIXUP] } }).losses();
    const reference = await at("loss");
    for (const level of LEVELS) expectAllClose(await at(level), reference);
  });

  test("mixup leaves evaluation and lens alone, and other noises' draws where they are", async () => {
    const gaussian: Noise = { id: "gaussian", site: "features", stdDev: 1, layers: [] };
    const { trainer } = modelOf([MIXUP, gaussian]);
    const other = modelOf([{ id: "gaussian", site: "input", stdDev: 0, layers: [] }, gaussian]).trainer;
    for (const purpose of ["evaluation", "lens"] as const) {
      const pass = { k: K, level: "logits", pooling: { id: "mean" }, position: { ...position, purpose } } as const;
      const [a, b] = [trainer, other].map((t) => t.model.noisyLogits(t.params(), items, pass));
      expectAllClose(await (a as tf.Tensor).data(), await (b as tf.Tensor).data());
    }
  });

  test.each([
    { id: "dropout", site: "hidden", rate: 0.5 },
    { id: "gaussian", site: "hidden", stdDev: 0.5 },
  ] as const)("$id acts on the layers that it names, each with the draws that it has among all", async (noise) => {
    const shape: Partial<ExperimentFile> = { backbone: { id: "mlp", hidden: [6, 5] }, head: { hidden: [4] } };
    const at = (layers: number[]): Noise => ({ ...noise, layers });
    const losses = async (layers: number[]) => [...(await modelOf([at(layers)], shape).losses())];
    expect(await losses([1, 2, 3])).toEqual(await losses([]));
    const each = await Promise.all([[1], [2], [3], [1, 3]].map(losses));
    expect(new Set(each.map(String)).size).toBe(4);
    // The head's layer alone leaves the backbone to run once a sample.
    const { trainer } = modelOf([at([3])], shape);
    const features = vi.spyOn(trainer.model.network, "features");
    trainer.model.loss(trainer.params(), stepInput(batch, 1));
    expect(features.mock.calls.map(([, x]) => x.shape[0])).toEqual([5]);
  });

  test("the experiment check knows how many hidden layers a network has", () => {
    const cases: Partial<ExperimentFile>[] = [
      { backbone: { id: "mlp", hidden: [6, 5, 4] } },
      { backbone: { id: "mlp", hidden: [] } },
      imageExperiment([]),
    ];
    for (const change of cases) {
      const experiment = toyExperiment(change);
      const network = toyTrainer(experiment, change.task ? images() : data).model.network;
      expect(network.numHiddenBackbone).toBe(backboneLayers(experiment));
    }
  });
});
