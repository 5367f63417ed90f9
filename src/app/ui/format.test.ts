import { expect, test } from "vitest";
import { formatTick } from "./format.ts";

test("ticks of an axis stay narrow, however large or small the numbers are", () => {
  const ticks = [0, 0.25, 1, 0.5, 9000, 40_000, 2_500_000, 1e23, 0.0002, -150_000];
  expect(ticks.map(formatTick)).toEqual(["0", "0.25", "1", "0.5", "9000", "40k", "2.5e6", "1e23", "2e-4", "-150k"]);
});
