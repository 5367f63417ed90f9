import { beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import { LEVELS } from "../../shared/task.ts";
import type { Work } from "../data/dataset.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { toyData, toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { predict, score } from "../train/evaluate.ts";
import { measureGradientNoise } from "./gradient-noise.ts";
import { everyItem, type HeldModel, holdModel, onlyItems } from "./held-model.ts";
import { scoreInferences } from "./inference-grid.ts";
import { measureJensen } from "./jensen.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const ITEMS = everyItem(11);
const NOISES = [
  { id: "gaussian", site: "input", stdDev: 1.5 },
  { id: "gaussian", site: "features", stdDev: 0.7 },
] as const;

/** Data on the host alone, for `holdModel` to put on the device. */
function toyHostData() {
  const device = toyData();
  device.dispose();
  return device.data;
}

function held<T>(change: Partial<ExperimentFile>, use: (of: HeldModel) => Promise<T>): Promise<T> {
  return holdModel(toyExperiment(change), toyHostData(), null, use);
}

const plan = (ks: readonly number[], draws: number) => ks.map((k) => ({ k, draws }));

const at = (k: number, pooling: Pooling = { id: "mean" }, level: (typeof LEVELS)[number] = "loss") => ({
  repeat: { k, noises: [...NOISES] },
  aggregate: { level, pooling },
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test("at K = 1 there is no gap between the levels; at K = 16 mean-loss is the largest, item by item", async () => {
    const one = await held(at(1), (of) => measureJensen(of, ITEMS, 3, WORK));
    expectAllClose(Object.values(one.mean), new Array(4).fill(one.mean.loss));
    const many = await held(at(16), (of) => measureJensen(of, ITEMS, 3, WORK));
    expect(many.holds).toEqual({ probabilities: 11, logits: 11 });
    expect(many.mean.loss - many.mean.probabilities).toBeGreaterThan(1e-2);
    expect(many.mean.loss - many.mean.logits).toBeGreaterThan(1e-2);
    expect(many.chosen).toEqual(many.mean);
  });

  test("the chosen f is told beside the mean, under the same draws", async () => {
    const max = await held(at(7, { id: "max" }), (of) => measureJensen(of, ITEMS, 3, WORK));
    const mean = await held(at(7), (of) => measureJensen(of, ITEMS, 3, WORK));
    for (const level of LEVELS) expect(max.mean[level]).toBeCloseTo(mean.mean[level], 5);
    expect(max.chosen.loss as number).toBeGreaterThan(max.mean.loss + 1e-2);
    const power = await held(at(7, { id: "generalized-mean", p: 3 }, "probabilities"), (of) =>
      measureJensen(of, ITEMS, 3, WORK),
    );
    expect(power.chosen.logits).toBeNull();
    expect(power.chosen.probabilities).not.toBeNull();
  });

  test("noise-only gradient variance of mean-loss falls as 1/K", async () => {
    const noise = await held(at(1), (of) => measureGradientNoise(of, ITEMS, plan([1, 16], 40), WORK));
    const [one, many] = noise.points;
    const ratio = (one?.variance as number) / (many?.variance as number);
    expect(ratio).toBeGreaterThan(16 / 1.7);
    expect(ratio).toBeLessThan(16 * 1.7);
    expect(many?.law).toBeCloseTo((one?.variance as number) / 16, 10);
    expect(many?.standardError).toBeGreaterThan(0);
  });
});

describe("on cpu", () => {
  beforeAll(() => startTestBackend("cpu"));

  test("max over the losses leaves far more gradient noise than 1/K", async () => {
    const noise = await held(at(1, { id: "max" }), (of) => measureGradientNoise(of, ITEMS, plan([1, 16], 24), WORK));
    expect((noise.points[1]?.variance as number) / (noise.points[1]?.law as number)).toBeGreaterThan(2);
  });

  test("every pooling that fits the level has a row, and its cells are the scores of those passes", async () => {
    await held(at(4, { id: "log-mean-exp", t: 5 }, "logits"), async (of) => {
      const truth = of.model.data.data.labels;
      const classes = ["a", "b", "c"];
      const grid = await scoreInferences(of, truth, classes, "validation", WORK);
      expect(grid.rows.map(({ pooling }) => pooling.id)).toEqual(
        POOLINGS.map(({ id }) => id).filter((id) => id !== "generalized-mean" && id !== "attention"),
      );
      expect(grid.rows.find(({ pooling }) => pooling.id === "log-mean-exp")?.pooling).toEqual({
        id: "log-mean-exp",
        t: 5,
      });
      for (const { cells } of grid.rows) expect(cells[0]).toEqual(grid.rows[0]?.cells[0]);
      const max = { k: 8, pooling: { id: "max" }, round: 0 } as const;
      const { accuracy, macroF1 } = score(await predict(of.model, of.params, ITEMS, max), truth, classes);
      expect(grid.rows[1]?.cells[3]).toEqual({ accuracy, macroF1 });
    });
  });

  test("nothing stays on the device, whether a measurement ends or is called off", async () => {
    const before = tf.memory().numTensors;
    await held(at(3, { id: "max" }, "features"), async (of) => {
      await measureJensen(of, ITEMS, 0, WORK);
      await measureGradientNoise(of, ITEMS, plan([1, 2], 3), WORK);
      await scoreInferences(of, of.model.data.data.labels, ["a", "b", "c"], "test", WORK);
    });
    expect(tf.memory().numTensors).toBe(before);
    const abort = new AbortController();
    const work: Work = { signal: abort.signal, progress: () => abort.abort() };
    const measures: ((of: HeldModel) => Promise<unknown>)[] = [
      (of: HeldModel) => measureGradientNoise(of, ITEMS, plan([1, 2], 3), work),
      (of: HeldModel) => measureJensen(of, ITEMS, 0, work),
      (of: HeldModel) => scoreInferences(of, of.model.data.data.labels, ["a", "b", "c"], "test", work),
    ];
    for (const measure of measures) await expect(held(at(3), measure)).rejects.toThrow(/cancelled/);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("some items alone are the same items", async () => {
    const whole = toyHostData();
    const items = Int32Array.of(7, 2);
    const part = onlyItems(whole, items);
    const of = toyExperiment(at(1));
    const run = (data: typeof whole, which: Int32Array) =>
      holdModel(of, data, null, ({ model, params }) => predict(model, params, which, "clean"));
    expectAllClose(await run(part, everyItem(2)), await run(whole, items));
    expect([...part.labels]).toEqual([whole.labels[7], whole.labels[2]]);
  });
});
