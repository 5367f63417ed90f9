import { expect, test } from "vitest";
import type { LensResult } from "../../shared/protocol.ts";
import { gradientShares, winners } from "./lens-figures.ts";

const softmax = (z: readonly number[]): number[] => {
  const e = z.map(Math.exp);
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
};

/** Repeat 0 has the largest logits all round, repeat 2 the largest probability of class 1. */
const LOGITS = [
  [5, 4, 4],
  [3, 0, -1],
  [-2, 2, -3],
];
const RESULT = { logits: LOGITS, outputs: LOGITS.map(softmax) } as unknown as LensResult;

test("weights are each pass's share of the probability of the truth and sum to 1", () => {
  const w = gradientShares(
    [
      [0.2, 0.8],
      [0.5, 0.5],
      [0.9, 0.1],
    ],
    0,
  );
  expect(w.map((value) => Number(value.toFixed(6)))).toEqual([0.125, 0.3125, 0.5625]);
  expect(
    gradientShares(
      [
        [0, 1],
        [0, 1],
      ],
      0,
    ),
  ).toEqual([0.5, 0.5]);
});

test("logits and probabilities can have different winners; the hardest pass wins the whole loss", () => {
  expect(winners(RESULT, "logits", 0, "max")).toEqual([0, 0, 0]);
  expect(winners(RESULT, "probabilities", 0, "max")).toEqual([1, 2, 0]);
  expect(winners(RESULT, "logits", 0, "min")).toEqual([2, 1, 2]);
  expect(winners(RESULT, "loss", 0, "max")).toEqual([2, 2, 2]);
  expect(winners(RESULT, "loss", 0, "min")).toEqual([1, 1, 1]);
  expect(winners(RESULT, "features", 0, "max")).toBeNull();
});
