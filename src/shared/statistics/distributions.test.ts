import { expect, test } from "vitest";
import { chiSquareSurvival, erfc, fairBinomialTails, studentTQuantile } from "./distributions.ts";
import oracle from "./testing/oracle.json" with { type: "json" };

/** |actual / expected - 1|, or |actual| where nothing is expected. */
const relativeError = (actual: number, expected: number): number =>
  expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);

const pairs = (rows: readonly (readonly number[])[]) => rows as readonly (readonly [number, number])[];

test.each(pairs(oracle.erfc))("erfc(%d) is SciPy's", (x, expected) => {
  expect(relativeError(erfc(x), expected)).toBeLessThan(1e-12);
});

test.each(pairs(oracle.chiSquareSurvival))("chi-square's tail above %d is SciPy's", (x, expected) => {
  expect(relativeError(chiSquareSurvival(x), expected)).toBeLessThan(1e-12);
});

test.each(oracle.studentTQuantile as [number, number, number][])(
  "Student's t at %d with %d degrees of freedom is SciPy's",
  (p, df, expected) => {
    expect(relativeError(studentTQuantile(p, df), expected)).toBeLessThan(1e-10);
  },
);

test("a quantile refuses what is no probability and no count", () => {
  expect(() => studentTQuantile(1, 3)).toThrow("between 0 and 1, not 1");
  expect(() => studentTQuantile(0.9, 0)).toThrow("not 0");
  expect(() => studentTQuantile(0.9, 2.5)).toThrow(RangeError);
});

test("tails of fair coins by hand", () => {
  expect(fairBinomialTails(0, 5)).toBe(2 / 32);
  expect(fairBinomialTails(1, 5)).toBe(12 / 32);
  expect(fairBinomialTails(2, 4)).toBe(1);
  expect(fairBinomialTails(0, 0)).toBe(1);
});
