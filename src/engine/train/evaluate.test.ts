import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import type { DeviceData } from "./device-data.ts";
import { predict, predictWithLoss } from "./evaluate.ts";

const ITEMS = Int32Array.of(8, 2, 9, 10, 3, 5, 1);
const go = () => false;

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  let data: DeviceData;

  beforeAll(async () => {
    await startTestBackend(backend);
    data = toyData();
  });
  afterAll(() => data.dispose());

  test.each(TESTED_OBJECTIVES)(
    "the validation loss of $name is what a step without noise would train on",
    async (of) => {
      const experiment = toyExperiment({
        objective: of.objective,
        repeat: { k: 7, noises: [{ id: "gaussian", site: "input", stdDev: 3 }] },
        aggregate: { level: "loss", pooling: { id: "max" } },
        consistency: { id: "symmetric-kl" },
      });
      const trainer = toyTrainer(experiment, data);
      const before = tf.memory().numTensors;
      const { probabilities, loss } = await predictWithLoss(trainer.model, trainer.params, ITEMS, go);
      expectAllClose(probabilities, await predict(trainer.model, trainer.params, ITEMS, "clean"));
      expect(tf.memory().numTensors).toBe(before);
      trainer.dispose();

      const clean = toyTrainer(toyExperiment({ objective: of.objective, repeat: { k: 1 } }), data);
      const batch = { items: ITEMS, weights: new Float32Array(ITEMS.length).fill(1) };
      const expected = tf.tidy(() => clean.lossAndGradient(batch, 1).value);
      expectAllClose([loss], await expected.data(), { absolute: 1e-5, relative: 1e-4 });
      expected.dispose();
      clean.dispose();
    },
  );

  test.each(TESTED_OBJECTIVES)("clean and pooled predictions of $name sum to 1", async ({ objective }) => {
    const trainer = toyTrainer(toyExperiment({ objective, aggregate: { level: "loss" } }), data);
    const pooled = { k: 5, pooling: { id: "max" }, round: 0 } as const;
    for (const inference of ["clean", pooled] as const) {
      const p = await predict(trainer.model, trainer.params, ITEMS, inference);
      const sums = Array.from(ITEMS, (_, i) => p.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b));
      expectAllClose(sums, new Array(ITEMS.length).fill(1));
    }
    trainer.dispose();
  });
});
