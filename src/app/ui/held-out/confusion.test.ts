import { describe, expect, test } from "vitest";
import { confusionSentence, largestConfusions, moveFocus, rowShare } from "./confusion.ts";

const NAMES = ["cat", "dog", "cow"];
const MATRIX = [
  [6, 3, 1],
  [1, 9, 0],
  [0, 0, 0],
];

describe("a confusion matrix", () => {
  test("shares are of the true class; an empty class has none", () => {
    expect(rowShare(MATRIX, { truth: 0, predicted: 1 })).toBeCloseTo(0.3);
    expect(rowShare(MATRIX, { truth: 2, predicted: 2 })).toBe(0);
  });

  test("lists confusions by size and never the diagonal", () => {
    expect(largestConfusions(MATRIX, 2)).toEqual([
      { truth: 0, predicted: 1, count: 3 },
      { truth: 0, predicted: 2, count: 1 },
    ]);
  });

  test("says which classes are mixed up, and when none is", () => {
    expect(confusionSentence(MATRIX, NAMES)).toBe("“cat” and “dog” are taken for each other: 30% and 10%.");
    const oneWay = [
      [6, 3, 1],
      [0, 9, 0],
      [0, 0, 1],
    ];
    expect(confusionSentence(oneWay, NAMES)).toBe("“cat” is most often taken for “dog”: 3 of 10 items (30%).");
    expect(
      confusionSentence(
        [
          [2, 0],
          [0, 1],
        ],
        NAMES,
      ),
    ).toBe("All 3 items are on the diagonal: no class is taken for another.");
    expect(
      confusionSentence(
        [
          [0, 0],
          [0, 0],
        ],
        NAMES,
      ),
    ).toBe("No item was predicted yet.");
  });
});

test("arrow keys move by one cell and stop at the edge; Home and End go to the ends", () => {
  const at = { truth: 1, predicted: 2 };
  expect(moveFocus(at, "ArrowRight", 3, false)).toEqual(at);
  expect(moveFocus(at, "ArrowLeft", 3, false)).toEqual({ truth: 1, predicted: 1 });
  expect(moveFocus(at, "ArrowDown", 3, false)).toEqual({ truth: 2, predicted: 2 });
  expect(moveFocus(at, "Home", 3, false)).toEqual({ truth: 1, predicted: 0 });
  expect(moveFocus(at, "End", 3, true)).toEqual({ truth: 2, predicted: 2 });
  expect(moveFocus(at, "a", 3, false)).toBeNull();
});
