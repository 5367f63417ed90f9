import { expect, test } from "vitest";
import { entry, figures } from "../../../shared/kept/testing/entries.ts";
import { runFields } from "./fields.ts";
import { CONFIGURATION, groupRuns, summarize } from "./groups.ts";

const run = (runId: string, k: number, seed: number, accuracy: number | null, change: object = {}) =>
  entry({
    runId,
    figures: accuracy === null ? null : figures(accuracy),
    file: { repeat: { k }, seed, ...change },
  });

const accuracyOf = (runs: ReturnType<typeof run>[]) => summarize(runs, ({ figures: f }) => f?.test?.accuracy ?? null);

test("a figure over seeds is its mean and its sample standard deviation", () => {
  const summary = accuracyOf([run("a", 8, 1, 0.9), run("b", 8, 2, 0.94), run("c", 8, 3, 0.86)]);
  expect(summary).toMatchObject({ runs: 3, seeds: 3 });
  expect(summary?.mean).toBeCloseTo(0.9, 12);
  expect(summary?.sd).toBeCloseTo(0.04, 12);
});

test("one seed has no standard deviation, also where it ran twice", () => {
  expect(accuracyOf([run("a", 8, 1, 0.9)])).toEqual({ runs: 1, seeds: 1, mean: 0.9, sd: null });
  expect(accuracyOf([run("a", 8, 1, 0.9), run("b", 8, 1, 0.8)])?.sd).toBeNull();
});

test("a run without the figure is not counted, nor is its seed", () => {
  expect(accuracyOf([run("a", 8, 1, 0.9), run("b", 8, 2, null)])).toEqual({ runs: 1, seeds: 1, mean: 0.9, sd: null });
  expect(accuracyOf([run("a", 8, 1, null)])).toBeNull();
});

test("runs that differ in the seed alone are one configuration, called by what sets it apart", () => {
  const runs = [run("a", 8, 1, 0.9), run("b", 1, 1, 0.8), run("c", 8, 2, 0.92), run("d", 1, 2, 0.81)];
  const groups = groupRuns(runs, [CONFIGURATION], runFields(runs));
  expect(groups.map(({ label, seeds, configurations }) => ({ label, seeds, configurations }))).toEqual([
    { label: "K 8", seeds: 2, configurations: 1 },
    { label: "K 1", seeds: 2, configurations: 1 },
  ]);
  expect(groups[0]?.runs.map(({ runId }) => runId)).toEqual(["a", "c"]);
});

test("grouping by a field puts other configurations together, and says so", () => {
  const runs = [run("a", 8, 1, 0.9), run("b", 8, 1, 0.8, { epochs: 3 }), run("c", 1, 1, 0.7)];
  const groups = groupRuns(runs, ["k"], runFields(runs));
  expect(groups.map(({ label, runs: { length }, configurations }) => [label, length, configurations])).toEqual([
    ["K 8", 2, 2],
    ["K 1", 1, 1],
  ]);
});

test("several fields are one group each way, and any setting can be one", () => {
  const runs = [
    run("a", 8, 1, 0.9, { optimizer: { id: "adam", learningRate: 0.003 } }),
    run("b", 8, 2, 0.9, { optimizer: { id: "adam", learningRate: 0.01 } }),
  ];
  const groups = groupRuns(runs, ["k", "optimizer.learningRate"], runFields(runs));
  expect(groups.map(({ label }) => label)).toEqual([
    "K 8 · optimizer.learningRate 0.003",
    "K 8 · optimizer.learningRate 0.01",
  ]);
});

test("many differences are cut short, and what follows from another setting is not told", () => {
  const runs = [run("a", 1, 1, 0.9), run("b", 4, 1, 0.9, { epochs: 2, batchSize: 8, clipNorm: 1 })];
  const [first, second] = groupRuns(runs, [CONFIGURATION], runFields(runs));
  expect(first?.label).toMatch(/^K 1, .*, …$/);
  expect(second?.label).toMatch(/^K 4, /);
});
