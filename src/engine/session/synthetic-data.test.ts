import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { device } from "../gpu.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tunedTextExperiment, tunedTexts, UNEVEN_TEXTS } from "../testing/tuned.ts";
import { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";
import { compileTraining } from "./probe.ts";
import { lengthsOf, syntheticData } from "./synthetic-data.ts";

beforeAll(() => startTestBackend("webgpu"));
afterEach(() => vi.restoreAllMocks());

const noises = [{ id: "token-drop", site: "input", probability: 0.1 } as const];

test("random texts have the lengths that are asked for, views and all", () => {
  const experiment = tunedTextExperiment({ repeat: { k: 2, views: 3, noises } });
  const data = tunedTexts(experiment, UNEVEN_TEXTS);
  const synthetic = new DeviceData(syntheticData(data.data, 6, 2, [16, 45]));
  const lengthAt = (item: number) => synthetic.computedLength(synthetic.rows(Int32Array.of(item)));
  expect(Array.from({ length: 12 }, (_, item) => lengthAt(item))).toEqual([...Array(6).fill(16), ...Array(6).fill(45)]);
  const views = synthetic.viewRows(Int32Array.of(2), 3, Int32Array.of(0, 1, 2));
  expect(synthetic.computedLength(views)).toBe(16);
  expect([...synthetic.data.labels]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  data.dispose();
  synthetic.dispose();
});

test("after compiling ahead no step of a usual length compiles anything", async () => {
  // The longest text wins where a batch holds both long ones.
  const texts = UNEVEN_TEXTS.map((text, i) => (i === 3 || i === 1 ? text : "red one"));
  const experiment = tunedTextExperiment({ batchSize: 2, repeat: { k: 2 } });
  const data = tunedTexts(experiment, texts);
  const lengths = lengthsOf(data.data, experiment);
  expect(lengths.toSorted((a, b) => a - b)).toEqual([8, 16, 45]);
  const signal = new AbortController().signal;
  await compileTraining({ experiment, shape: data.data, trainCounts: [3, 2, 3], signal });
  const [now, ahead] = (["createComputePipeline", "createComputePipelineAsync"] as const).map((name) =>
    vi.spyOn(device(), name),
  );
  const network = buildNetwork(experiment, data.data.input, 3);
  const model = new Model(network, experiment, data, [3, 2, 3]);
  const trainer = new Trainer(model, network.init(1), 10, { path: "fast" });
  expect(trainer.path).toBe("captured");
  const pairs = [Int32Array.of(0, 2), Int32Array.of(1, 0), Int32Array.of(3, 1)];
  expect(new Set(pairs.map((items) => data.computedLength(items)))).toEqual(new Set(lengths));
  for (const items of pairs) trainer.step({ items, weights: Float32Array.of(1, 1) });
  await trainer.losses();
  expect(now).not.toHaveBeenCalled();
  expect(ahead).not.toHaveBeenCalled();
  trainer.dispose();
  data.dispose();
});
