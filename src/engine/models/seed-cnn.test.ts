import { beforeAll, describe, expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { expectGradient } from "../testing/gradcheck.ts";
import { tf } from "../tf.ts";
import { batchesOf } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";
import { Trainer } from "../train/trainer.ts";
import { buildSeedCnn } from "./seed-cnn.ts";

const SMALL = { id: "seed-cnn", channels1: 2, channels2: 3, dense: 4 } as const;

function trainerOn(height: number, width: number, channels: number) {
  const stream = new Stream(8, "sample");
  const numItems = 6;
  const data = new DeviceData({
    input: { modality: "image", height, width, channels },
    values: Uint8Array.from({ length: numItems * height * width * channels }, () => stream.below(256)),
    scale: 1 / 255,
    views: 0,
    rowOf: Int32Array.from({ length: numItems }, (_, i) => i),
    labels: Int32Array.of(0, 1, 2, 0, 1, 2),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
  const experiment = parseExperiment({
    version: 1,
    task: "image-classification",
    data: { train: "x.zip" },
    backbone: SMALL,
    repeat: {
      k: 3,
      noises: [
        { id: "gaussian", site: "input", stdDev: 0.3 },
        { id: "dropout", site: "hidden", rate: 0.3 },
      ],
    },
    optimizer: { id: "adam", learningRate: 0.02 },
  });
  const network = buildNetwork(experiment, data.data.input, 3);
  return { data, trainer: new Trainer(new Model(network, experiment, data), network.init(1), 10) };
}

const [BATCH] = [...batchesOf(Int32Array.of(0, 1, 2, 3, 4, 5), 6)];
if (!BATCH) throw new Error("no batch");

test("has the original example's shapes: 3x28x28 in, 6272 to the dense layer, 256 features", () => {
  const card = { id: "seed-cnn", channels1: 64, channels2: 128, dense: 256 } as const;
  const cnn = buildSeedCnn(card, { modality: "image", height: 28, width: 28, channels: 3 });
  const shapes = Object.fromEntries(
    Object.entries(cnn.init(new Stream(1, "init"))).map(([name, { shape }]) => [name, shape]),
  );
  expect(shapes["backbone.conv_0.weight"]).toEqual([3, 3, 3, 64]);
  expect(shapes["backbone.conv_1.weight"]).toEqual([3, 3, 64, 128]);
  expect(shapes["backbone.dense_0.weight"]).toEqual([6272, 256]);
  expect(cnn.featureSize).toBe(256);
});

test("refuses images below 4x4 by name", () => {
  expect(() => buildSeedCnn(SMALL, { modality: "image", height: 3, width: 9, channels: 1 })).toThrow("9x3");
});

describe("gradients", () => {
  beforeAll(() => startTestBackend("cpu"));

  test.each([
    [5, 4, 1],
    [4, 7, 3],
  ])("of %ix%ix%i images agree with finite differences", async (height, width, channels) => {
    const { trainer } = trainerOn(height, width, channels);
    const initial = await trainer.read();
    const layout = new ParameterLayout(initial);
    const gradient = tf.tidy(() => trainer.lossAndGradient(BATCH, 1).gradient);
    const lossAt = async (theta: Float32Array) => {
      trainer.restore(layout.unflatten(theta));
      return (await tf.tidy(() => trainer.lossAndGradient(BATCH, 1).value).data())[0] as number;
    };
    const check = { step: 2e-3, absolute: 2e-3, kinks: 0.15 };
    await expectGradient(lossAt, layout.flatten(initial), await gradient.data(), check);
  });
});

test("five steps on webgpu and wasm follow cpu's", async () => {
  const losses: Record<string, number[]> = {};
  for (const backend of ["cpu", "wasm", "webgpu"] as const) {
    await startTestBackend(backend);
    const { data, trainer } = trainerOn(9, 8, 3);
    for (let i = 0; i < 5; i++) trainer.step(BATCH);
    losses[backend] = [...(await trainer.losses())];
    trainer.dispose();
    data.dispose();
  }
  expectAllClose(losses.wasm as number[], losses.cpu as number[], { absolute: 0, relative: 1e-4 });
  expect(new Set(losses.cpu).size).toBe(5);
  expectAllClose(losses.webgpu as number[], losses.cpu as number[], { absolute: 0, relative: 1e-3 });
});
