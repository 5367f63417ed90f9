import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { TESTED_OBJECTIVES } from "../testing/objectives.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { DeviceData } from "./device-data.ts";
import { predict, predictWithLoss } from "./evaluate.ts";
import { paceOf } from "./parts.ts";

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

  test("the figures are the same whatever parts the items go through in, with noise and with a bank of views", async () => {
    const noisy = toyExperiment({ repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 3 }] } });
    const pooled = { k: 3, pooling: { id: "median" }, round: 2 } as const;
    const banked = bankedData();
    for (const of of [data, banked]) {
      const trainer = toyTrainer(noisy, of);
      const { model, params } = trainer;
      const inParts = async (rows: number) => {
        paceOf(model).rows = rows;
        const { probabilities, loss } = await predictWithLoss(model, params, ITEMS, go);
        paceOf(model).rows = rows;
        return [...(await predict(model, params, ITEMS, pooled)), ...probabilities, loss];
      };
      const whole = await inParts(64);
      for (const rows of [1, 2, 8, 16]) expectAllClose(await inParts(rows), whole);
      trainer.dispose();
    }
    banked.dispose();
  });
});

/** The toy's eleven items, each in its clean form and in four views. */
function bankedData(): DeviceData {
  const stream = new Stream(3, "sample");
  const views = 4;
  return new DeviceData({
    input: { modality: "features", size: 4 },
    values: Float32Array.from({ length: 11 * (1 + views) * 4 }, () => stream.normal()),
    scale: 1,
    views,
    rowOf: Int32Array.from({ length: 11 }, (_, item) => item * (1 + views)),
    labels: Int32Array.from({ length: 11 }, (_, item) => item % 3),
    numClasses: 3,
    stdDevs: null,
    emptyRow: null,
  });
}
