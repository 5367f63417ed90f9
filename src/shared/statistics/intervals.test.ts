import { expect, test } from "vitest";
import { accuracyMargin, noiseItems, wilsonInterval } from "./intervals.ts";

/** As `scipy.stats.binomtest(successes, n).proportion_ci(method="wilson")` of scipy gives them. */
test.each([
  [0, 10, 0, 0.27753279986288926],
  [7, 10, 0.39677814746114526, 0.8922087327338699],
  [10, 10, 0.7224672001371109, 1],
  [65, 69, 0.8602075664233835, 0.9772276111196287],
  [480, 1000, 0.44917079499694124, 0.510982275342481],
])("%d of %d", (successes, n, low, high) => {
  const interval = wilsonInterval(successes, n);
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test("its ends are the shares from which the observed one is 1.96 standard errors away", () => {
  for (const [successes, n] of [
    [3, 17],
    [50, 60],
  ] as const) {
    const { low, high } = wilsonInterval(successes, n);
    for (const p of [low, high])
      expect(Math.abs(successes / n - p) / Math.sqrt((p * (1 - p)) / n)).toBeCloseTo(1.959964, 6);
  }
});

test("no items are no share", () => {
  expect(() => wilsonInterval(0, 0)).toThrow("0 of 0 items");
  expect(() => wilsonInterval(5, 4)).toThrow(RangeError);
});

test("margins follow their formulas, also where everything is right", () => {
  // p~ = 92/104; 1.96 sqrt(.8846 * .1154 / 104) and 1.96 sqrt(2 * 100 * .8846 * .1154)
  expect(accuracyMargin(90, 100)).toBeCloseTo(0.0614, 4);
  expect(noiseItems(90, 100)).toBe(9);
  expect(accuracyMargin(69, 69)).toBeGreaterThan(0.02);
  expect(noiseItems(69, 69)).toBeGreaterThan(1);
});
