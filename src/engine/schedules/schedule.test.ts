import { expect, test } from "vitest";
import { scheduleFactor } from "./index.ts";

const curve = (id: "constant" | "linear" | "cosine", warmup: number, total: number) =>
  Array.from({ length: total }, (_, i) => scheduleFactor({ id, warmup }, i + 1, total));

test("constant stays at 1, linear falls in even steps, cosine is at half half-way", () => {
  expect(curve("constant", 0, 5)).toEqual([1, 1, 1, 1, 1]);
  expect(curve("linear", 0, 4)).toEqual([1, 0.75, 0.5, 0.25]);
  expect(scheduleFactor({ id: "cosine", warmup: 0 }, 51, 100)).toBeCloseTo(0.5);
  expect(scheduleFactor({ id: "cosine", warmup: 0 }, 100, 100)).toBeLessThan(0.001);
});

test("warm-up rises in even steps, never from 0, and then the schedule begins at 1", () => {
  const [first, second, third] = curve("linear", 0.2, 10);
  expect([first, second]).toEqual([1 / 3, 2 / 3]);
  expect(third).toBe(1);
  for (const id of ["constant", "linear", "cosine"] as const)
    for (const factor of curve(id, 0.3, 33)) {
      expect(factor).toBeGreaterThan(0);
      expect(factor).toBeLessThanOrEqual(1);
    }
});
