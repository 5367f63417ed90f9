import { beforeAll, expect, test } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../shared/experiment.ts";
import { planOf } from "../../shared/sweep/plan.ts";
import { parseSweep } from "../../shared/sweep/sweep-file.ts";
import type { ImageInputs } from "../data/dataset.ts";
import { quietWork } from "../data/testing/fixtures.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type Tensor2D, tf } from "../tf.ts";
import type { FeatureCache } from "./feature-cache.ts";
import type { FrozenBackbone } from "./frozen-backbone.ts";
import { FrozenFeatures } from "./frozen-features.ts";

const experiment = parseExperiment({
  version: 1,
  task: "image-classification",
  data: { train: "photos.zip" },
  backbone: { id: "mobilenet-v2" },
});

/** Four grey squares of one side, each of its own brightness. */
const squares = (side: number): ImageInputs => ({
  modality: "image",
  pixels: Uint8Array.from({ length: 4 * side * side }, (_, i) => 10 * Math.floor(i / (side * side))),
  height: side,
  width: side,
  channels: 1,
});

/** Encodes an image as its brightness and its side, and counts what it is asked for. */
function counting(): { backbone: FrozenBackbone; asked: number[] } {
  const asked: number[] = [];
  const encode: FrozenBackbone["encode"] = (_, inputs, items) => {
    asked.push(...items);
    const { pixels, height, width } = inputs as ImageInputs;
    return tf.tensor2d(Array.from(items, (i) => [pixels[i * height * width] as number, height])) as Tensor2D;
  };
  const backbone = { featureSize: 2, parameters: 0, itemsPerCall: 3, encode, show: async () => [], dispose: () => {} };
  return { backbone, asked };
}

function memory(): FeatureCache {
  const kept = new Map<string, Map<number, Float32Array>>();
  return {
    read: async (key) => kept.get(key) ?? null,
    write: async (key, features) => void kept.set(key, new Map(features)),
  };
}

beforeAll(() => startTestBackend("cpu"));

test("every item is encoded once, whoever asks, and another visit reads it from the disk", async () => {
  const { backbone, asked } = counting();
  const disk = memory();
  const features = new FrozenFeatures(async () => () => backbone, disk);
  const some = Int32Array.of(0, 2);
  await features.encode(experiment, squares(8), "photos", some, quietWork());
  const all = await features.encode(experiment, squares(8), "photos", Int32Array.of(0, 1, 2, 3), quietWork());
  expect(asked).toEqual([0, 2, 1, 3]);
  expect([...all.values]).toEqual([0, 8, 10, 8, 20, 8, 30, 8]);
  const later = await new FrozenFeatures(async () => () => backbone, disk).encode(
    experiment,
    squares(8),
    "photos",
    some,
    quietWork(),
  );
  expect([...later.values]).toEqual([0, 8, 20, 8]);
  expect(asked).toHaveLength(4);
});

test("the same pictures at another size are encoded anew", async () => {
  const { backbone, asked } = counting();
  const features = new FrozenFeatures(async () => () => backbone, memory());
  const one = Int32Array.of(3);
  await features.encode(experiment, squares(8), "photos", one, quietWork());
  expect([...(await features.encode(experiment, squares(4), "photos", one, quietWork())).values]).toEqual([30, 4]);
  expect(asked).toEqual([3, 3]);
});

test("a backbone lives and encodes at home, whichever backend is current, and leaves that one current", async () => {
  const { backbone } = counting();
  const seen: string[] = [];
  const encode: FrozenBackbone["encode"] = (...given) => {
    seen.push(`encodes on ${tf.getBackend()}`);
    return backbone.encode(...given);
  };
  const place = () => {
    seen.push(`placed on ${tf.getBackend()}`);
    return { ...backbone, encode };
  };
  await startTestBackend("wasm");
  await startTestBackend("cpu");
  const features = new FrozenFeatures(
    async () => place,
    memory(),
    () => "wasm",
  );
  const before = tf.memory().numTensors;
  const { values } = await features.encode(experiment, squares(8), "photos", Int32Array.of(2, 0, 1, 3), quietWork());
  expect([...values]).toEqual([20, 8, 0, 8, 10, 8, 30, 8]);
  expect(seen).toEqual(["placed on wasm", "encodes on wasm", "encodes on wasm"]);
  expect(tf.getBackend()).toBe("cpu");
  expect(tf.memory().numTensors).toBe(before);
});

test("a sweep over K and f encodes its items once, and once a seed where noise enters below the backbone", async () => {
  const encodings = async (noises: NonNullable<ExperimentFile["repeat"]>["noises"]) => {
    const { backbone, asked } = counting();
    const encode: FrozenBackbone["encode"] = (of, inputs, items, views, draw) => {
      const clean = backbone.encode(of, inputs, items, views, draw) as Tensor2D;
      return tf.tidy(() => tf.reshape(tf.tile(clean, [1, 1 + views]), [-1, 2]));
    };
    const features = new FrozenFeatures(async () => () => ({ ...backbone, encode }), memory());
    const sweep = { version: 1, experiment: { ...experiment, repeat: { noises } }, seeds: 2 };
    const grid = { "repeat.k": [1, 4, 20], "aggregate.pooling.id": ["mean", "max"] };
    const { points } = planOf(parseSweep({ ...sweep, grid }));
    for (const point of points)
      await features.encode(point.experiment, squares(8), "photos", Int32Array.of(0, 1, 2, 3), quietWork());
    return asked.length;
  };
  expect(await encodings([{ id: "gaussian", site: "features", stdDev: 0.1 }])).toBe(4);
  expect(await encodings([{ id: "shift", site: "input", fraction: 0.1 }])).toBe(2 * 4);
});
