import { beforeAll, describe, expect, test } from "vitest";
import type { Input } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { quietWork } from "../data/testing/fixtures.ts";
import { Backbones } from "../features/backbones.ts";
import { NO_CACHE } from "../features/feature-cache.ts";
import { predictInput } from "../session/predictor.ts";
import { startTestBackend } from "../testing/backends.ts";
import { batchesFor } from "../testing/steps.ts";
import { tunedImageExperiment, tunedImages, tunedTextExperiment, tunedTexts } from "../testing/tuned.ts";
import type { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";
import { type InputSpec, loadModel, saveModel, type TrainedModel } from "./trained-model.ts";

interface Case {
  readonly name: string;
  readonly experiment: Experiment;
  readonly data: (experiment: Experiment) => DeviceData;
  readonly spec: InputSpec;
  readonly input: Input;
}

const CASES: readonly Case[] = [
  {
    name: "sentence encoder",
    experiment: tunedTextExperiment({
      repeat: {
        k: 3,
        noises: [
          { id: "token-drop", site: "input", probability: 0.3 },
          { id: "neftune", site: "token-embedding" },
        ],
      },
    }),
    data: tunedTexts,
    spec: { modality: "text" },
    input: { modality: "text", text: "two green reds" },
  },
  {
    name: "MobileNetV2",
    experiment: tunedImageExperiment({ repeat: { k: 3, noises: [{ id: "shift", site: "input", fraction: 0.2 }] } }),
    data: tunedImages,
    spec: { modality: "image", height: 12, width: 12, channels: 1 },
    input: {
      modality: "image",
      width: 12,
      height: 12,
      rgba: Uint8ClampedArray.from({ length: 12 * 12 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (37 * (i >> 2)) % 256)),
    },
  },
];

describe.each(CASES)("a tuned $name", ({ experiment, data: make, spec, input }) => {
  beforeAll(() => startTestBackend("wasm"));

  test("that was saved predicts the same once it is loaded", async () => {
    const data = make(experiment);
    const { tuned } = data.data.input;
    if (!tuned) throw new Error("not tuned");
    const refused = () => Promise.reject(new Error("nothing is frozen here"));
    const load = { frozen: refused, tunable: async () => tuned, identity: async () => "", describe: async () => null };
    const backbones = new Backbones(load, NO_CACHE);
    const network = buildNetwork(experiment, data.data.input, data.data.numClasses);
    const initial = network.init(experiment.seed);
    const trainer = new Trainer(new Model(network, experiment, data), initial, 4);
    for (const batch of batchesFor(experiment, data, 4)) trainer.step(batch);
    const params = await trainer.read();
    trainer.dispose();
    data.dispose();
    const model: TrainedModel = {
      experiment,
      classes: ["a", "b", "c"],
      input: spec,
      params,
      pretrained: null,
      temperature: null,
    };
    const predict = (of: TrainedModel) => predictInput(of, input, 0, backbones, quietWork());
    const before = await predict(model);
    const loaded = loadModel(saveModel(model), "tuned.safetensors");
    expect(Object.keys(loaded.params).toSorted()).toEqual(Object.keys(initial).toSorted());
    const after = await predict(loaded);
    expect(after).toEqual(before);
    // What was trained tells: untouched weights predict something else.
    const untouched = await predict({ ...model, params: initial });
    expect(Math.abs((untouched.clean[0] as number) - (before.clean[0] as number))).toBeGreaterThan(1e-4);
    expect(before.spread.some((spread) => spread > 1e-5)).toBe(true);
  });
});
