import { describe, expect, test } from "vitest";
import { parseExperiment } from "../../../shared/experiment.ts";
import { FLOWERS } from "../testing/swept.ts";
import {
  type FieldRow,
  firstDraft,
  plannedOf,
  poolingRefusal,
  readValues,
  sweepableFields,
  sweepOf,
} from "./sweep-draft.ts";

const experiment = parseExperiment(FLOWERS);
const draft = firstDraft(experiment);
const row = (change: Partial<FieldRow>): FieldRow => ({
  id: 1,
  path: "optimizer.learningRate",
  how: "each",
  values: "",
  min: "",
  max: "",
  ...change,
});

describe("a draft", () => {
  test("begins with K = 1 and the experiment's own K, three seeds and both baselines", () => {
    const { file, plan } = plannedOf(draft, FLOWERS);
    expect(file?.grid).toEqual({ "repeat.k": [1, 8], "aggregate.pooling.id": ["mean", "max"] });
    expect(plan?.configurations.map(({ role }) => role)).toEqual(["grid", "grid", "grid", "equal-compute", "grid"]);
    expect(plan?.points).toHaveLength(15);
  });

  test("takes further fields: values to try, and ranges to draw from", () => {
    const rows = [
      row({ path: "epochs", values: "5, 10" }),
      row({ how: "log", min: "0.001", max: "0,1" }),
      row({ path: "batchSize", how: "linear", min: "8", max: "64" }),
    ];
    const { file, plan } = plannedOf({ ...draft, ks: [1], poolings: [], rows, samples: 4, seeds: 1 }, FLOWERS);
    expect(file?.grid).toEqual({ "repeat.k": [1], epochs: [5, 10] });
    expect(plan?.points).toHaveLength(8);
    for (const { experiment: of } of plan?.points ?? []) {
      expect(of.optimizer.learningRate).toBeGreaterThanOrEqual(0.001);
      expect(Number.isInteger(of.batchSize)).toBe(true);
    }
  });

  test("says what is wrong with it", () => {
    const issues = (rows: FieldRow[]) => plannedOf({ ...draft, rows }, FLOWERS).issues?.join("\n");
    expect(issues([row({ path: "epochs", values: "5, many" })])).toContain('given: "many"');
    expect(issues([row({ path: "epochs" })])).toContain("grid.epochs");
    expect(issues([row({ how: "log", min: "", max: "1" })])).toContain("search.ranges.optimizer.learningRate");
  });

  test("an empty budget is none", () => {
    const budget = { runs: "12", minutes: " ", passes: "1e6" };
    expect(sweepOf({ ...draft, budget }, FLOWERS).budget).toEqual({ runs: 12, passes: 1_000_000 });
  });
});

test.each([
  ["0.001, 0.01", [0.001, 0.01]],
  ["[64], [32, 16]", [[64], [32, 16]]],
  ["adam, sgd", ["adam", "sgd"]],
  ["null, 1", [null, 1]],
  ['{"id": "max"}', [{ id: "max" }]],
  [" ", []],
])("%j is read", (text, values) => expect(readValues(text)).toEqual(values));

test("a pooling that makes no sense at the level is refused with the reason", () => {
  const atLoss = parseExperiment({ ...FLOWERS, aggregate: { level: "loss" } });
  expect(poolingRefusal("attention", atLoss)).toEqual(expect.any(String));
  expect(poolingRefusal("max", atLoss)).toBeNull();
});

test("every field can be varied but what makes it another experiment", () => {
  const paths = sweepableFields(experiment).map(({ path }) => path);
  for (const path of ["optimizer.learningRate", "repeat.noises.0.stdDev", "backbone.hidden", "data.labelsPerClass"])
    expect(paths).toContain(path);
  for (const path of ["seed", "task", "data.train", "data.label", "version", "repeat.k"])
    expect(paths).not.toContain(path);
});
