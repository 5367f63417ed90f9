import { expect, test } from "vitest";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import { toyExperiment } from "../testing/toy.ts";
import { loadModel, saveModel, type TrainedModel } from "./trained-model.ts";

const params = {
  "head.weight": { shape: [2, 3], values: Float32Array.of(1, -2, 3e-30, Math.fround(0.1), 5, 6) },
  "head.bias": { shape: [3], values: Float32Array.of(0, -0, 7) },
};

const model: TrainedModel = {
  experiment: toyExperiment(),
  classes: ["a", "b", "c"],
  input: { modality: "text" },
  params,
  pretrained: null,
  temperature: 1.37,
};

test("a saved model comes back whole", () => {
  expect(loadModel(saveModel(model), "m.safetensors")).toEqual(model);
});

test("a saved model is told from other people's tensors and from damaged ones", () => {
  expect(() => loadModel(writeSafetensors({ params, metadata: {} }), "other.safetensors")).toThrow(
    "was not saved by this studio",
  );
  const damaged = writeSafetensors({ params, metadata: { format: "refrain-1", experiment: "{" } });
  expect(() => loadModel(damaged, "m.safetensors")).toThrow('the metadata "experiment" cannot be read');
});
