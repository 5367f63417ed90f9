import { expect, test } from "vitest";
import { entry } from "../../../shared/kept/testing/entries.ts";
import type { EpochRecord } from "../../../shared/run-record.ts";
import { runSide, sideOf } from "../sides.ts";
import { curveOf, meanCurve, runLine } from "./curve.ts";

const epochs = (losses: readonly (number | null)[], stepsPerEpoch = 7): EpochRecord[] =>
  losses.map((loss, i) => ({
    epoch: i + 1,
    step: (i + 1) * stepsPerEpoch,
    trainLoss: loss ?? Number.NaN,
    validationLoss: loss,
    validationAccuracy: loss === null ? null : 1 - loss,
    validationMacroF1: null,
    validationConfusionMatrix: null,
    validationPooledAccuracy: null,
  }));

const run = (runId: string, k: number, seed: number) =>
  entry({ runId, name: runId, file: { repeat: { k }, seed, batchSize: 10 } });

test("a run is drawn over its epochs, or over the passes that they took", () => {
  const { experiment } = run("a", 4, 1);
  const line = epochs([0.8, 0.4]);
  expect(runLine(experiment, line, "validationLoss", "epoch")).toEqual([
    { x: 1, y: 0.8 },
    { x: 2, y: 0.4 },
  ]);
  // 7 steps of 10 samples, 4 times each.
  expect(runLine(experiment, line, "trainLoss", "passes").map(({ x }) => x)).toEqual([280, 560]);
});

test("what was not measured, or is no number any more, is left out", () => {
  const { experiment } = run("a", 4, 1);
  expect(runLine(experiment, epochs([0.8, null]), "trainLoss", "epoch")).toHaveLength(1);
  expect(runLine(experiment, epochs([0.8]), "validationMacroF1", "epoch")).toEqual([]);
});

test("runs of several seeds are a mean with its sample standard deviation", () => {
  const lines = [
    [
      { x: 1, y: 0.8 },
      { x: 2, y: 0.5 },
    ],
    [
      { x: 1, y: 0.6 },
      { x: 2, y: 0.3 },
    ],
  ];
  const curve = meanCurve(lines, 2);
  expect(curve.map(({ x }) => x)).toEqual([1, 2]);
  expect(curve[0]?.mean).toBeCloseTo(0.7, 12);
  expect(curve[0]?.sd).toBeCloseTo(Math.SQRT2 / 10, 12);
  expect(meanCurve(lines, 1)[0]?.sd).toBeNull();
});

test("a mean ends with the shortest run, and says that others went on", () => {
  const runs = [run("a", 4, 1), run("b", 4, 2)];
  const known: Record<string, EpochRecord[]> = { a: epochs([0.8, 0.6, 0.4]), b: epochs([0.6, 0.4]) };
  const curve = curveOf(sideOf("g", "K 4", runs), (id) => known[id] ?? [], "validationLoss", "epoch");
  expect(curve.points.map(({ x }) => x)).toEqual([1, 2]);
  expect(curve).toMatchObject({ runs: 2, seeds: 2, cut: true });
});

test("runs of other lengths of an epoch meet on straight lines between their points", () => {
  const runs = [run("a", 1, 1), run("b", 2, 2)];
  // a: epochs end at 70, 140, 210 passes; b: at 140, 280.
  const known: Record<string, EpochRecord[]> = { a: epochs([0.9, 0.7, 0.5]), b: epochs([0.6, 0.2]) };
  const { points } = curveOf(sideOf("g", "both", runs), (id) => known[id] ?? [], "validationLoss", "passes");
  expect(points.map(({ x }) => x)).toEqual([140, 210]);
  expect(points[0]?.mean).toBeCloseTo((0.7 + 0.6) / 2, 12);
  expect(points[1]?.mean).toBeCloseTo((0.5 + 0.4) / 2, 12);
});

test("a run whose epochs are not known yet is not counted", () => {
  const curve = curveOf(runSide(run("a", 4, 1)), () => [], "validationLoss", "epoch");
  expect(curve).toMatchObject({ points: [], runs: 0, seeds: 0, cut: false });
});
