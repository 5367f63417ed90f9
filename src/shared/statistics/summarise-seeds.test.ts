import { expect, test } from "vitest";
import { summariseSeeds } from "./summarise-seeds.ts";
import oracle from "./testing/oracle.json" with { type: "json" };

test.each(oracle.seeds)("$values as NumPy and SciPy have it", ({ values, mean, sd, interval }) => {
  const found = summariseSeeds(values);
  expect(found.n).toBe(values.length);
  expect(found.mean).toBeCloseTo(mean, 12);
  expect(found.sd).toBeCloseTo(sd, 12);
  expect(found.interval?.[0]).toBeCloseTo(interval[0] as number, 10);
  expect(found.interval?.[1]).toBeCloseTo(interval[1] as number, 10);
});

test("a single seed has no spread, which is not a spread of 0", () => {
  expect(summariseSeeds([0.9])).toEqual({ n: 1, mean: 0.9, sd: null, interval: null });
  expect(summariseSeeds([0.5, 0.5, 0.5])).toEqual({ n: 3, mean: 0.5, sd: 0, interval: [0.5, 0.5] });
});

test("nothing, and what is no number, is refused", () => {
  expect(() => summariseSeeds([])).toThrow("No values");
  expect(() => summariseSeeds([0.9, Number.NaN])).toThrow("Value 2 of 2 is NaN");
});
