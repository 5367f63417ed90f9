import { expect, test } from "vitest";
import { addedUp, differenceSentence, shareDifference, signedPercent } from "./difference.ts";

const A = [
  [8, 2],
  [5, 15],
];
const B = [
  [9, 1],
  [0, 20],
];

test("matrices of several seeds add up cell by cell", () => {
  expect(addedUp([A, B])).toEqual([
    [17, 3],
    [5, 35],
  ]);
  expect(addedUp([])).toBeNull();
});

test("a cell's difference is of shares of the true class, so that unequal numbers of runs can be compared", () => {
  expect(shareDifference(A, B, { truth: 1, predicted: 0 })).toBeCloseTo(-0.25, 12);
  const twice = A.map((row) => row.map((count) => 2 * count));
  expect(shareDifference(A, twice, { truth: 0, predicted: 1 })).toBe(0);
});

test("the sign is in the text, and what rounds to nothing has none", () => {
  expect([0.126, -0.03, 0.004, 0].map(signedPercent)).toEqual(["+13", "−3", "", ""]);
});

test("the sentence names the class that changes most", () => {
  expect(differenceSentence(A, B, ["cat", "dog"])).toBe(
    "“dog” changes most: B finds 25 of a hundred of its items more than A.",
  );
  expect(differenceSentence(A, A, ["cat", "dog"])).toMatch(/equally often/);
});
