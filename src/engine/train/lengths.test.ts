import { expect, test } from "vitest";
import { computedLength, lengthGroups, usualLengths } from "./lengths.ts";

test("rows are computed at few lengths, each no more than half as long again as it must be beyond eight tokens", () => {
  const seen = new Set<number>();
  for (let tokens = 0; tokens <= 512; tokens++) {
    const length = computedLength(tokens, 512);
    seen.add(length);
    expect(length).toBeGreaterThanOrEqual(tokens);
    if (tokens > 8) expect(length).toBeLessThan(2 * tokens);
    if (tokens > 24) expect(length).toBeLessThan(1.5 * tokens);
  }
  expect([...seen]).toEqual([8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]);
  expect([3, 9, 30, 33, 37].map((tokens) => computedLength(tokens, 37))).toEqual([8, 16, 32, 37, 37]);
  // Two lengths that are nearly the same would be two recordings.
  expect([20, 30, 34].map((tokens) => computedLength(tokens, 34))).toEqual([24, 34, 34]);
  expect(computedLength(2, 5)).toBe(5);
});

test("the usual lengths are those that batches often have", () => {
  // One text in 100 is long: of batches of 7 about every fourteenth holds it, of batches of 100 most do.
  const tokenCounts = Int32Array.from({ length: 100 }, (_, item) => (item === 40 ? 100 : 5 + (item % 7)));
  const rows = { tokenCounts, views: 0, longest: 100 };
  expect(usualLengths(rows, 1, 1)).toEqual([8, 16]);
  expect(usualLengths(rows, 7, 1)).toEqual([16, 100]);
  expect(usualLengths(rows, 200, 1)).toEqual([100, 16]);
  // Training sees views, not what they are views of.
  const views = Int32Array.from({ length: 4 * 50 }, (_, row) => (row % 4 === 0 ? 60 : 20));
  expect(usualLengths({ tokenCounts: views, views: 3, longest: 64 }, 4, 2)).toEqual([24]);
});

test("items lie beside those of their length, the longest first, and are found again", () => {
  const lengths = [8, 32, 8, 16, 32, 8];
  const items = Int32Array.of(5, 0, 1, 3, 4);
  const { groups, placeOf } = lengthGroups(items, { of: (item) => lengths[item] as number, longest: 45 });
  expect(groups.map((group) => ({ ...group, items: [...group.items] }))).toEqual([
    { items: [1, 4], start: 0, share: 1 },
    { items: [3], start: 2, share: 0.5 },
    { items: [5, 0], start: 3, share: 0.25 },
  ]);
  const order = groups.flatMap((group) => [...group.items]);
  expect(Array.from(placeOf, (place) => order[place])).toEqual([...items]);
  expect(lengthGroups(items, null)).toEqual({
    groups: [{ items, start: 0, share: 1 }],
    placeOf: Int32Array.of(0, 1, 2, 3, 4),
  });
});
