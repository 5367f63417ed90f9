import { describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../../shared/experiment.ts";
import type { Noise } from "../../../shared/plugins/noises/index.ts";
import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import type { Family } from "../../pretrained/config.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { batchesFor, type StepKind, stepsOf } from "../../testing/steps.ts";
import { smallNetwork, textData, textExperiment } from "./testing/training.ts";

const STEPS = 3;
const LORA: Tuning = { id: "lora", rank: 2, alpha: 4, dropout: 0.4, projections: "all" };
const dropoutAt = (layers: number[]): Noise => ({ id: "dropout", site: "hidden", rate: 0.3, layers });
/** The repeats part within the first layer that is computed again, so that it gives K rows for one. */
const PARTING: Partial<ExperimentFile> = { repeat: { k: 3, noises: [dropoutAt([1])] } };

interface Case {
  readonly name: string;
  readonly tuning: Tuning;
  readonly change: Partial<ExperimentFile>;
  readonly family?: Family;
}
const CASES: readonly Case[] = [
  { name: "full, the repeats parting within the first layer", tuning: { id: "full" }, change: PARTING },
  {
    name: "LoRA with dropout of its own and of every layer",
    tuning: LORA,
    change: { repeat: { k: 3, noises: [dropoutAt([])] } },
  },
  { name: "adapters", tuning: { id: "adapters", width: 3 }, change: PARTING },
  { name: "a prefix", tuning: { id: "prefix", tokens: 2 }, change: PARTING },
  { name: "the last layer, the one below it being left out", tuning: { id: "last-n", blocks: 1 }, change: PARTING },
  {
    name: "GPT-2 under LoRA, a batch with padding",
    family: "gpt2",
    tuning: LORA,
    change: { batchSize: 5, repeat: { k: 2 } },
  },
];

async function train(kind: StepKind, { tuning, change, family }: Case, recompute: boolean) {
  const data = textData();
  const experiment = textExperiment(change);
  const { network, backbone } = await smallNetwork(experiment, tuning, family, recompute);
  const steps = stepsOf(kind, { experiment, data, network, totalSteps: STEPS });
  for (const [i, batch] of batchesFor(experiment, data, STEPS).entries()) steps.take(batch, i + 1);
  const result = { losses: [...(await steps.readLosses())], theta: [...(await steps.read())] };
  steps.dispose();
  backbone.dispose();
  data.dispose();
  return result;
}

describe("layers that are computed again give the losses and the parameters of layers that are kept", () => {
  test.each(CASES)("$name", async (of) => {
    for (const backend of ["cpu", "wasm"] as const) {
      await startTestBackend(backend);
      expect(await train("eager", of, true), backend).toEqual(await train("eager", of, false));
    }
    await startTestBackend("webgpu");
    for (const kind of ["eager", "plain", "optimised"] as const) {
      const kept = await train(kind, of, false);
      const again = await train(kind, of, true);
      // Rows of one table are added up by atomic operations, in any order; kernels that are merged may round otherwise.
      if (kind !== "optimised" && of.tuning.id !== "full") expect(again, kind).toEqual(kept);
      expectAllClose(again.losses, kept.losses);
      expectAllClose(again.theta, kept.theta, { absolute: 2e-6, relative: 1e-4 });
    }
  });
});
