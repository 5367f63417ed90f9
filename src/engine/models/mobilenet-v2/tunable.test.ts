import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { parseExperiment } from "../../../shared/experiment.ts";
import { backboneLayers } from "../../../shared/noise-misfits.ts";
import { MOBILENET_TAPS } from "../../../shared/plugins/backbones/mobilenet-v2.ts";
import { quietWork } from "../../data/testing/fixtures.ts";
import { Stream } from "../../rng.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { expectGradient } from "../../testing/gradcheck.ts";
import { tf } from "../../tf.ts";
import type { Context, HostParams } from "../model.ts";
import { mobilenetBackbone } from "./backbone.ts";
import { downloadWeights } from "./download.ts";
import { thinWeights } from "./testing/thin-weights.ts";
import { tunableMobilenet } from "./tunable.ts";

const FULL = { id: "full" } as const;
const THIN = { id: "mobilenet-v2", tap: "block_10_project_BN", size: 16 } as const;
const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };

const experiment = (tap: (typeof MOBILENET_TAPS)[number], size: number) =>
  parseExperiment({
    version: 1,
    task: "image-classification",
    data: { train: "x.zip" },
    backbone: { id: "mobilenet-v2", tap, size },
    tuning: FULL,
  });

function pixelsOf(count: number, side: number, channels: 1 | 3): Uint8Array {
  const stream = new Stream(6, "sample");
  return Uint8Array.from({ length: count * side * side * channels }, () => stream.below(256));
}

/** The network as a function of its weights, for random images of a side. */
function asFunction(
  card: Parameters<typeof tunableMobilenet>[0],
  weights: HostParams,
  count: number,
  side: number,
  channels: 1 | 3 = 3,
) {
  const tunable = tunableMobilenet(card, weights);
  const built = tunable.build(FULL, { modality: "image", height: side, width: side, channels });
  const entries = Object.entries(built.init(new Stream(1, "init", 0)));
  const images = () =>
    tf.div(tf.tensor4d(Float32Array.from(pixelsOf(count, side, channels)), [count, side, side, channels]), 255);
  const tensors = () => entries.map(([, { values, shape }]) => tf.tensor(values, [...shape]));
  const features = (at: tf.Tensor[], context = CLEAN) =>
    built.apply(Object.fromEntries(entries.map(([name], i) => [name, at[i] as tf.Tensor])), images(), context);
  return { tunable, built, entries, tensors, features };
}

describe("MobileNetV2 as it is shipped", () => {
  let weights: HostParams;
  beforeAll(async () => {
    const shard = await readFile("node_modules/nsfwjs/dist/models/mobilenet_v2/group1-shard1of1.min.js");
    vi.stubGlobal("fetch", async () => new Response(new Uint8Array(shard)));
    weights = await downloadWeights(quietWork());
    vi.unstubAllGlobals();
  });

  test.each(MOBILENET_TAPS)("has as many hidden layers up to %s as the experiment check counts", (tap) => {
    const { built, tunable, entries } = asFunction({ id: "mobilenet-v2", tap, size: 32 }, weights, 1, 8);
    expect(built.numHidden).toBe(backboneLayers(experiment(tap, 32)));
    expect(entries.reduce((sum, [, { values }]) => sum + values.length, 0)).toBe(tunable.parameters);
  });

  // 72 is halved to 9 and then to 4: an odd side.
  test.each([
    ["cpu", "out_relu", 32, 1],
    ["wasm", "out_relu", 72, 3],
    ["webgpu", "block_10_project_BN", 32, 3],
  ] as const)(
    "gives, before it is tuned, the frozen network's features (%s, %s, side %i)",
    async (backend, tap, size, channels) => {
      // The frozen network is quick here, and tested to be the same elsewhere.
      await startTestBackend("wasm");
      const card = { id: "mobilenet-v2", tap, size } as const;
      const frozen = mobilenetBackbone(card, weights);
      const inputs = { modality: "image", pixels: pixelsOf(2, 20, channels), height: 20, width: 20, channels } as const;
      const expected = frozen.encode(experiment(tap, size), inputs, Int32Array.of(0, 1), 0, 0);
      const vectors = await expected.data();
      frozen.dispose();
      expected.dispose();
      await startTestBackend(backend);
      const actual = tf.tidy(() => {
        const { tensors, features } = asFunction(card, weights, 2, 20, channels);
        return features(tensors());
      });
      expect(actual.shape[1]).toBe(frozen.featureSize);
      // Features lie between 0 and 6, or, at a projection, in the tens; the products add up in another order.
      expectAllClose(await actual.data(), vectors, { absolute: 1e-5, relative: 1e-5 });
      actual.dispose();
    },
  );
});

describe("a thin network of the same kind", () => {
  const loss = (weights: tf.Tensor[]): tf.Scalar => {
    const h = asFunction(THIN, thinWeights(), 3, 12).features(weights);
    return tf.sum(
      tf.mul(
        h,
        tf.tensor(
          Float32Array.from({ length: h.size }, (_, i) => Math.cos(3 * i)),
          h.shape,
        ),
      ),
    );
  };

  async function gradients(): Promise<Float32Array[]> {
    const of = tf.tidy(() => tf.grads((...at) => loss(at))(asFunction(THIN, thinWeights(), 3, 12).tensors()));
    return Promise.all(of.map(async (gradient) => (await gradient.data()) as Float32Array));
  }

  test("passes every unit through the context, once and in order", async () => {
    await startTestBackend("cpu");
    const { built, tensors, features } = asFunction(THIN, thinWeights(), 3, 12);
    const seen: number[] = [];
    features(tensors(), {
      ...CLEAN,
      hidden: (x, layer) => {
        seen.push(layer);
        expect(x.shape[0]).toBe(3);
        return x;
      },
    });
    expect(seen).toEqual(Array.from({ length: built.numHidden }, (_, i) => i));
  });

  test("its gradients are those of finite differences", async () => {
    await startTestBackend("cpu");
    const of = await gradients();
    const { entries } = asFunction(THIN, thinWeights(), 3, 12);
    const chosen = entries.flatMap(([, { values }], i) =>
      Array.from(values.keys()).flatMap((place) => (place % 61 === i % 5 ? [{ i, place }] : [])),
    );
    const at = async (point: Float32Array): Promise<number> => {
      const moved = entries.map(([, { values }]) => values.slice());
      for (const [j, { i, place }] of chosen.entries()) (moved[i] as Float32Array)[place] = point[j] as number;
      const value = tf.tidy(() =>
        loss(entries.map(([, { shape }], i) => tf.tensor(moved[i] as Float32Array, [...shape]))),
      );
      return (await value.data())[0] as number;
    };
    const start = Float32Array.from(chosen, ({ i, place }) => entries[i]?.[1].values[place] as number);
    const expected = chosen.map(({ i, place }) => of[i]?.[place] as number);
    await expectGradient(at, start, expected, { step: 1e-3, absolute: 5e-3, kinks: 0.4 });
  });

  test.each(["wasm", "webgpu"] as const)("its gradients on %s are those on cpu", async (backend) => {
    await startTestBackend("cpu");
    const expected = await gradients();
    for (const gradient of expected) expect(gradient.some((value) => value !== 0)).toBe(true);
    await startTestBackend(backend);
    for (const [i, gradient] of (await gradients()).entries())
      expectAllClose(gradient, expected[i] as Float32Array, { absolute: 1e-4, relative: 1e-3 });
  });
});

test("refuses another input and a tuning method that it does not know", () => {
  const tunable = tunableMobilenet(THIN, thinWeights());
  const image = { modality: "image", height: 8, width: 8, channels: 3 } as const;
  expect(() => tunable.build(FULL, { modality: "tokens", length: 3 })).toThrow(/reads images only/);
  expect(() => tunable.build({ id: "head-only" }, image)).toThrow(/cannot be tuned by "head-only"/);
});
