import { expect, test } from "vitest";
import { epochAxis, horizon } from "./axis.ts";

test.each([
  [30, 0, 30],
  [30, 30, 30],
  [3000, 0, 50],
  [3000, 49, 50],
  [3000, 50, 100],
  [3000, 17 * 50, 1600],
  [3000, 3000, 3000],
])("a run of %i epochs that has come to %i is drawn up to %i", (epochs, done, end) => {
  expect(horizon(epochs, done)).toBe(end);
});

test("ticks of the epoch axis are whole and lie on it", () => {
  for (const epochs of [1, 3, 30, 50, 1600]) {
    const { min, max, ticks } = epochAxis(epochs);
    expect([min, max]).toEqual([0, epochs]);
    for (const tick of ticks) expect(Number.isInteger(tick) && tick >= 0 && tick <= epochs).toBe(true);
  }
});
