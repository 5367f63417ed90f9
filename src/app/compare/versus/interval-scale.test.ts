import { expect, test } from "vitest";
import { intervalScale, signedPoints } from "./interval-scale.ts";

test("0 stands in the middle, and both sides are equally long", () => {
  const { end, place } = intervalScale([
    [-0.014, 0.072],
    [-0.031, 0.05],
  ]);
  expect(end).toBeCloseTo(0.08, 12);
  expect(place(0)).toBe(50);
  expect(place(0.04) - 50).toBeCloseTo(50 - place(-0.04), 12);
  expect(place(-0.08)).toBeCloseTo(0, 9);
});

test("what lies beyond an end is drawn at it, and equal sides have an axis, too", () => {
  expect(intervalScale([[0, 0]]).place(1)).toBe(100);
  expect(intervalScale([[0, 0]]).end).toBeGreaterThanOrEqual(0.02);
});

test("points carry their sign, but for none", () => {
  expect([0.0294, -0.0141, 0.0001, 0].map(signedPoints)).toEqual(["+2.9", "−1.4", "0.0", "0.0"]);
});
