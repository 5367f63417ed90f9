import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tuning } from "../../shared/plugins/tunings/index.ts";
import { TUNINGS } from "../../shared/plugins/tunings/index.ts";
import type { HostParam, HostParams } from "../models/model.ts";
import { ResidentParams } from "../models/resident-params.ts";
import { transformerBackbone } from "../models/transformer/backbone.ts";
import { readBackbone } from "../models/transformer/read-backbone.ts";
import { familyFixture, smallModel, weightsOf } from "../models/transformer/testing/fixtures.ts";
import { networkOf, textExperiment } from "../models/transformer/testing/training.ts";
import type { Family, TransformerConfig } from "../pretrained/config.ts";
import { Stream } from "../rng.ts";
import { readSafetensors } from "../safetensors/safetensors.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_PATHS } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { Trainer } from "../train/trainer.ts";

/**
 * PyTorch and peft tuned the same small models in double precision (generate_tunings.py): the gradient before the first
 * step, and where ten steps of AdamW lead.
 */
const { params: TENSORS, metadata } = readSafetensors(
  await readFile(new URL("../models/transformer/testing/tunings.safetensors", import.meta.url)),
  "tunings",
);
const CASES = Object.entries(JSON.parse(metadata.cases ?? "{}") as Record<string, { family: Family; tuning: Tuning }>);
const STEPS = Number(metadata.steps);
const EXPERIMENT = textExperiment({ optimizer: JSON.parse(metadata.optimizer ?? "{}"), batchSize: 8 });

/** What one part of a case holds, all under names and in layouts of our own. */
async function partOf(name: string, part: string, config: TransformerConfig, names: string[]): Promise<HostParams> {
  const start = `${name}/${part}/`;
  const held = Object.fromEntries(
    Object.entries(TENSORS).flatMap(([key, each]) => (key.startsWith(start) ? [[key.slice(start.length), each]] : [])),
  );
  const { weights } = await familyFixture(config.family);
  // What is not trained stands for nothing, but has its place.
  const others = weights.names.map((of) => {
    const shape = weights.entry(of)?.shape ?? [];
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    return [of.slice(config.prefix.length), { shape, values }] as const;
  });
  const converted = await readBackbone(
    { ...config, prefix: "" },
    weightsOf({
      ...Object.fromEntries(others.filter(([of]) => !/^(lm_head|vocab_|cls_|distillation_)/.test(of))),
      ...held,
    }),
  );
  return Object.fromEntries(names.map((each) => [each, (held[each] ?? converted[each]) as HostParam]));
}

/** The fixture's batch as data, in turn of each class. */
async function dataOf(family: Family): Promise<DeviceData> {
  const { input } = await familyFixture(family);
  const [rows = 0, ...rest] = input.shape;
  const [height = 0, width = 0, channels = 0] = rest;
  return new DeviceData({
    input: rest.length === 1 ? { modality: "table", size: height } : { modality: "image", height, width, channels },
    values: input.values,
    scale: 1,
    views: 0,
    rowOf: Int32Array.from({ length: rows }, (_, i) => i),
    labels: Int32Array.from({ length: rows }, (_, i) => i % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}

/** Softmax does not see what all keys have in common: their biases' gradient is rounding, which Adam blows up. */
const isRounding = (name: string): boolean => name.endsWith(".attention.key.bias");

test("every tuning method that trains anything below the head is checked", () => {
  const ids = new Set(CASES.map(([, { tuning }]) => tuning.id));
  expect([...ids].toSorted()).toEqual(
    TUNINGS.map(({ id }) => id)
      .filter((id) => id !== "head-only")
      .toSorted(),
  );
});

/** The backbone's own test says that eager steps on WebGPU are recorded ones. */
const PATHS = TESTED_PATHS.filter(({ backend, path }) => backend === "cpu" || path === "fast");

describe.each(PATHS)("on $backend, $path", ({ backend, path }) => {
  beforeAll(() => startTestBackend(backend));

  test.each(CASES)("%s", async (name, { family, tuning }) => {
    const { config, params } = await smallModel(family);
    const backbone = transformerBackbone(config, new ResidentParams(params), tuning);
    const network = networkOf(EXPERIMENT, backbone);
    const names = Object.keys({ ...backbone.init(new Stream(1, "init")), ...network.init(1) });
    const own = names.filter((each) => !(each in params));
    const initial = { ...network.init(1), ...(await partOf(name, "initial", config, own)) };
    const data = await dataOf(family);
    const trainer = new Trainer(new Model(network, EXPERIMENT, data), initial, STEPS, { path });
    const items = Int32Array.from(data.data.rowOf);
    const batch = { items, weights: new Float32Array(items.length).fill(1) };

    const gradient = tf.tidy(() => trainer.lossAndGradient(batch, 1).gradient);
    const found = trainer.layout.unflatten((await gradient.data()) as Float32Array);
    const expected = await partOf(name, "gradient", config, names);
    for (const each of names) expectClose(each, found, expected, { absolute: 2e-5, relative: 1e-3 });

    if (`${name}/after/head.dense_0.bias` in TENSORS) {
      for (let i = 0; i < STEPS; i++) trainer.step(batch);
      const end = await trainer.read();
      const theirs = await partOf(name, "after", config, names);
      for (const each of names)
        if (!isRounding(each)) expectClose(each, end, theirs, { absolute: 1e-4, relative: 1e-4 });
    }
    gradient.dispose();
    trainer.dispose();
    data.dispose();
    backbone.dispose();
  });
});

function expectClose(
  name: string,
  actual: HostParams,
  expected: HostParams,
  close: { absolute: number; relative: number },
) {
  try {
    expectAllClose((actual[name] as HostParam).values, (expected[name] as HostParam).values, close);
  } catch (cause) {
    throw new Error(`${name}: ${(cause as Error).message}`, { cause });
  }
}
