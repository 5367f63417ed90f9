import { beforeAll, describe, expect, test } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { batchesFor, type StepKind, stepsOf } from "../testing/steps.ts";
import { tunedImageExperiment, tunedImages, tunedTextExperiment, tunedTexts } from "../testing/tuned.ts";
import type { DeviceData } from "../train/device-data.ts";

const STEPS = 12;
const DROPOUT = { id: "dropout", site: "hidden", rate: 0.1 } as const;
const TRAINED: Partial<ExperimentFile> = { optimizer: { id: "adam", learningRate: 0.05 }, head: { hidden: [4] } };

interface Case {
  readonly name: string;
  readonly experiment: Experiment;
  readonly data: (experiment: Experiment) => DeviceData;
}

const texts = (name: string, change: Partial<ExperimentFile>): Case => ({
  name: `the sentence encoder, ${name}`,
  experiment: tunedTextExperiment({ ...TRAINED, ...change }),
  data: tunedTexts,
});

const CASES: readonly Case[] = [
  texts("noise at its embeddings and dropout in every layer", {
    repeat: { k: 2, noises: [{ id: "neftune", site: "token-embedding", alpha: 1 }, DROPOUT] },
  }),
  texts("tokens dropped, out of a bank of views", {
    repeat: { k: 3, views: 5, noises: [{ id: "token-drop", site: "input", probability: 0.3 }] },
    layerDecay: 0.8,
  }),
  texts("its last block alone", { tuning: { id: "last-n", blocks: 1 }, repeat: { k: 2, noises: [DROPOUT] } }),
  texts("a batch with padding", { batchSize: 5, repeat: { k: 1 } }),
  {
    name: "MobileNetV2, noise at its input and dropout in every unit",
    experiment: tunedImageExperiment({
      ...TRAINED,
      repeat: { k: 2, noises: [{ id: "shift", site: "input", fraction: 0.2 }, DROPOUT] },
    }),
    data: tunedImages,
  },
];

async function train(kind: StepKind, { experiment, data: make }: Case) {
  const data = make(experiment);
  const steps = stepsOf(kind, { experiment, data, totalSteps: STEPS });
  for (const [i, batch] of batchesFor(experiment, data, STEPS).entries()) steps.take(batch, i + 1);
  const result = { losses: [...(await steps.readLosses())], theta: [...(await steps.read())], path: steps.path };
  steps.dispose();
  data.dispose();
  return result;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each(CASES)("full tuning of $name", (of) => {
  beforeAll(() => startTestBackend("webgpu"));

  test("lowers the loss, step by step and captured alike", async () => {
    const eager = await train("eager", of);
    expect(mean(eager.losses.slice(-4))).toBeLessThan(0.9 * mean(eager.losses.slice(0, 4)));
    for (const kind of ["mixed", "plain", "optimised"] as const) {
      const other = await train(kind, of);
      // A step that could not be recorded would be a refusal, which stepsOf throws.
      expectAllClose(other.losses, eager.losses, { absolute: 2e-4, relative: 2e-3 });
      expectAllClose(other.theta.slice(-30), eager.theta.slice(-30), { absolute: 2e-3, relative: 2e-2 });
    }
  });
});
