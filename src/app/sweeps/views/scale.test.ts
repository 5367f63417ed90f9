import { expect, test } from "vitest";
import { axisOver } from "./scale.ts";

const labels = (values: number[], ...limits: { min: number; max: number }[]) =>
  axisOver(values, String, ...limits).ticks.map(({ label }) => label);

test("ticks are round and enclose the values", () => {
  expect(labels([0.91, 0.97])).toEqual(["0.9", "0.92", "0.94", "0.96", "0.98"]);
  expect(axisOver([0.91, 0.97]).position(0.94)).toBeCloseTo(0.5);
});

test("a single value lies within its axis, and a share's axis ends at 1", () => {
  const shares = { min: 0, max: 1 };
  expect(labels([1], shares).at(-1)).toBe("1");
  expect(axisOver([1], String, shares).position(1)).toBeCloseTo(1);
  const position = axisOver([500]).position(500);
  expect(position).toBeGreaterThan(0.2);
  expect(position).toBeLessThan(0.8);
});

test("values that spread widely stand by powers: a factor is everywhere as long", () => {
  const { position, ticks } = axisOver([800, 90_000], String);
  expect(position(10_000) - position(1000)).toBeCloseTo(position(80_000) - position(8000));
  expect(ticks.map(({ label }) => label)).toEqual(["1000", "10000", "100000"]);
});
