import { expect, test } from "vitest";
import { mcnemar } from "../mcnemar.ts";
import type { Difference } from "./comparison.ts";
import { type Evidence, verdictOf } from "./verdict.ts";

const score = (difference: number, low: number, high: number): Difference => ({
  a: 0.8,
  b: 0.8 + difference,
  difference,
  interval: [low, high],
  level: 0.95,
});

const FLIP = { item: 1, truth: 0, tested: 5, changed: 1, gained: 1, lost: 0, from: 1, to: 0 };

/** Five seeds each on the same 2,000 items. */
function verdict(accuracy: Difference, patch: Partial<Evidence> = {}) {
  const evidence = { pairs: 5, seeds: { a: 5, b: 5 }, items: 2000, mcnemar: null, flipped: [FLIP], ownItems: false };
  return verdictOf("A", "B", { ...evidence, accuracy, macroF1: accuracy, ...patch });
}

test("a side leads by its interval, told from its own point of view", () => {
  expect(verdict(score(-0.02, -0.03, -0.0004))).toEqual({
    kind: "a-better",
    sentence:
      "A is better than B: its accuracy is 2.0 points higher (95% interval 0.04 to 3.0), on the same 2,000 test items. 5 seeds each.",
  });
  expect(verdict(score(0.02, -0.0003, 0.04))).toEqual({
    kind: "not-distinguishable",
    sentence:
      "A and B are not distinguishable: the accuracy of B is 2.0 points higher (95% interval −0.03 to 4.0), on the same 2,000 test items. 5 seeds each.",
  });
});

test("what rounding leaves of 0 is 0", () => {
  const { kind, sentence } = verdict(score(-2e-17, -1e-17, -1e-18));
  expect(kind).toBe("not-distinguishable");
  expect(sentence).toContain("their accuracy is the same (95% interval 0.0 to 0.0)");
});

test("fewer than five seeds are said to be few", () => {
  const of = (pairs: number) => verdict(score(0.02, 0.01, 0.03), { pairs, seeds: { a: pairs, b: pairs } }).sentence;
  expect(of(2)).toMatch(/2 seeds each: that says little about other seeds\.$/);
  expect(of(4)).toMatch(/4 seeds each: that says little about other seeds\.$/);
  expect(of(5)).toMatch(/5 seeds each\.$/);
});

test("seeds without a partner are told", () => {
  expect(verdict(score(0.02, 0.01, 0.03), { seeds: { a: 8, b: 5 } }).sentence).toMatch(
    /A has 8 seeds and B 5, but only 5 pairs of runs with the same test items could be compared\.$/,
  );
});

test("McNemar's test has a say, and macro-F1 where it says something else", () => {
  const single = { pairs: 1, seeds: { a: 1, b: 1 } };
  const few = verdict(score(0.02, 0.01, 0.03), {
    ...single,
    mcnemar: mcnemar([
      [90, 0],
      [5, 5],
    ]),
  });
  expect(few.kind).toBe("not-distinguishable");
  expect(few.sentence).toContain("McNemar's test p = 0.063)");
  const many = verdict(score(0.02, 0.01, 0.03), {
    ...single,
    mcnemar: mcnemar([
      [90, 0],
      [15, 5],
    ]),
  });
  expect(many.kind).toBe("b-better");
  expect(many.sentence).toContain("McNemar's test p < 0.001)");
  expect(verdict(score(0.02, 0.01, 0.03), { macroF1: score(-0.05, -0.08, -0.01) }).sentence).toMatch(
    /Macro-F1, in which every class counts alike, is 5\.0 points higher for A \(1\.0 to 8\.0\)\.$/,
  );
});
