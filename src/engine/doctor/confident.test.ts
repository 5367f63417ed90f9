import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { confidentDoubts, selfConfidence } from "./confident.ts";

const reference = JSON.parse(readFileSync(new URL("./testing/confident.json", import.meta.url), "utf8")) as {
  classes: number;
  labels: number[];
  probabilities: number[][];
  thresholds: number[];
  suspects: number[];
  suggested: number[];
  margins: number[];
};
const probabilities = Float32Array.from(reference.probabilities.flat());
const labels = Int32Array.from(reference.labels);

test("thresholds are the mean self-confidence of each class, as cleanlab has it", () => {
  const thresholds = selfConfidence(probabilities, labels, reference.classes);
  for (const [c, threshold] of thresholds.entries())
    expect(threshold).toBeCloseTo(reference.thresholds[c] as number, 6);
});

test("doubted items, what is suggested, and their order are those of cleanlab", () => {
  const doubts = confidentDoubts(probabilities, labels, reference.classes);
  expect(doubts.map(({ place }) => place)).toEqual(reference.suspects);
  expect(doubts.map(({ suggested }) => suggested)).toEqual(reference.suggested);
  for (const [i, { margin }] of doubts.entries()) expect(margin).toBeCloseTo(reference.margins[i] as number, 5);
});

test("by hand: own class under and another over its threshold", () => {
  // t_0 = (0.9 + 0.5 + 0.1) / 3 = 0.5, t_1 = (0.8 + 0.6) / 2 = 0.7: only the third is doubted; the last is under both.
  const p = Float32Array.of(0.9, 0.1, 0.5, 0.5, 0.1, 0.9, 0.2, 0.8, 0.4, 0.6);
  const doubts = confidentDoubts(p, Int32Array.of(0, 0, 0, 1, 1), 2);
  expect(doubts).toHaveLength(1);
  expect(doubts[0]).toMatchObject({ place: 2, suggested: 1 });
  expect(doubts[0]?.margin).toBeCloseTo(-0.8, 6);
});

test("a class that no item has is never suggested", () => {
  const p = Float32Array.of(0.1, 0.2, 0.7, 0.1, 0.2, 0.7);
  expect(confidentDoubts(p, Int32Array.of(0, 1), 3)).toEqual([]);
});
