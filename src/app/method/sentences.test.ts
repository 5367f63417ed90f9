import { expect, test } from "vitest";
import type { CalibrationResult, GradientNoise, InferenceGrid, JensenResult } from "../../shared/method-calls.ts";
import { nearestPoint, ticksWithin } from "./boundary-figures.ts";
import { accuracyError, inferenceSentence } from "./inference-words.ts";
import { calibrationSentence, gradientRatio, gradientSentence, jensenSentence } from "./sentences.ts";

const LEVELS = { loss: 0.5, probabilities: 0.45, logits: 0.4, features: 0.41 };
const JENSEN: JensenResult = {
  k: 7,
  items: 33,
  trained: true,
  chosen: LEVELS,
  mean: LEVELS,
  holds: { probabilities: 33, logits: 32 },
};

test("the gaps are told as measured, and so is an item where they do not hold", () => {
  const said = jensenSentence(JENSEN, "logits", "mean");
  expect(said).toContain("0.500, is 0.050 above");
  expect(said).toContain("0.100 above that of the mean logits");
  expect(said).toContain("at least as large in 33 and 32 of 33");
  const all = { ...JENSEN, holds: { probabilities: 33, logits: 33 } };
  expect(jensenSentence(all, "logits", "mean")).toContain("never below them, item by item: 33 and 33 of 33");
  expect(jensenSentence({ ...JENSEN, chosen: { ...LEVELS, loss: 0.9 } }, "loss", "max")).toContain("it is 0.900");
  expect(jensenSentence({ ...JENSEN, k: 1 }, "loss", "mean")).toContain("nothing to pool");
  const alike = { ...LEVELS, probabilities: 0.5, logits: 0.5 };
  expect(jensenSentence({ ...JENSEN, mean: alike }, "loss", "mean")).toContain("all alike");
});

const noise = (variances: readonly [number, number][]): GradientNoise => ({
  points: variances.map(([k, variance]) => ({ k, variance, draws: 24, standardError: variance / 10, law: 8 / k })),
  items: 32,
  parameters: 9,
  bank: 0,
  trained: true,
});

test("the ratio is K = 1 over K = 16, with the errors of both; without noise there is none", () => {
  const found = gradientRatio(
    noise([
      [1, 8],
      [16, 0.4],
      [32, 0.1],
    ]),
  );
  expect(found).toMatchObject({ k: 16, ratio: 20, law: 16 });
  expect(found?.error).toBeCloseTo(20 * Math.SQRT2 * 0.1, 10);
  const still = noise([
    [1, 0],
    [16, 0],
  ]);
  expect(gradientRatio(still)).toBeNull();
  expect(gradientSentence(still, "loss", "mean")).toContain("does not move");
});

const SCORES = { loss: 0.3, accuracy: 0.9, expectedCalibrationError: 0.06 };
const bin = { from: 0, to: 1, count: 50, confidence: 0.96, accuracy: 0.9 };
const CALIBRATION: CalibrationResult = {
  split: "test",
  items: 50,
  fittedOn: 40,
  temperature: 1.7,
  before: { ...SCORES, bins: [bin] },
  after: { ...SCORES, expectedCalibrationError: 0.02, bins: [bin] },
};

test("calibration says which way it errs, and on which items the temperature was fitted", () => {
  const said = calibrationSentence(CALIBRATION);
  expect(said).toContain("states 96.0% and gets 90.0% right, too sure: calibration error 6.0%");
  expect(said).toContain("T = 1.70, fitted on 40 validation items, it is 2.0%; accuracy stays 90.0%");
  const none = { ...CALIBRATION, temperature: null, after: null };
  expect(calibrationSentence({ ...none, fittedOn: 0 })).toContain("no items that may choose");
  expect(calibrationSentence(none)).toContain("The 40 validation items set no temperature");
});

const cells = (...values: number[]) => values.map((value) => ({ accuracy: value, macroF1: value / 2 }));
const GRID: InferenceGrid = {
  split: "validation",
  items: 100,
  level: "logits",
  trainedWith: { pooling: { id: "mean" }, k: 8 },
  ks: [1, 2],
  rows: [
    { pooling: { id: "mean" }, cells: cells(0.7, 0.8) },
    { pooling: { id: "max" }, cells: [...cells(0.7), null] },
  ],
  clean: { accuracy: 0.78, macroF1: 0.5 },
};

test("a lead smaller than its error is not called one", () => {
  const said = inferenceSentence(GRID, "accuracy");
  expect(said).toContain("From 70.0% (mean, K′ = 1) to 80.0% (mean, K′ = 2)");
  expect(said).toContain("not distinguishable");
  expect(inferenceSentence({ ...GRID, items: 10_000 }, "accuracy")).toContain("more than two standard errors ahead");
  expect(inferenceSentence(GRID, "macroF1")).toContain("one clean pass has 50.0%");
  expect(accuracyError(1, 69)).toBeGreaterThan(0.01);
  expect(accuracyError(0.5, 10_000)).toBeCloseTo(0.005, 4);
});

test("ticks are round and within the range; a point is near only within reach", () => {
  expect(ticksWithin(88.5, 121.5, 4)).toEqual([90, 100, 110, 120]);
  expect(ticksWithin(-0.31, 0.2, 5)).toEqual([-0.2, 0, 0.2]);
  const places = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ];
  expect(nearestPoint(places, { x: 7, y: 1 }, 14)).toBe(1);
  expect(nearestPoint(places, { x: 40, y: 1 }, 14)).toBeNull();
});
