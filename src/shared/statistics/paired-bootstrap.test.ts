import { describe, expect, test } from "vitest";
import { outcomePatterns } from "./outcome-patterns.ts";
import { type ComparedSide, pairRuns } from "./pair-runs.ts";
import { type BootstrapIntervals, pairedBootstrap } from "./paired-bootstrap.ts";
import { PairedScorer, scoresOf } from "./paired-scores.ts";
import oracle from "./testing/oracle.json" with { type: "json" };
import { outcomes, range, side, simulatedRun, xorshift } from "./testing/simulated.ts";

function bootstrap(a: ComparedSide, b: ComparedSide, numClasses: number, seed: number, resamples = 10_000) {
  const patterns = outcomePatterns(pairRuns(a, b));
  const scorer = new PairedScorer(patterns, numClasses);
  return {
    scores: scoresOf(patterns, scorer),
    intervals: pairedBootstrap(patterns, scorer, xorshift(seed), resamples),
  };
}

/**
 * An end of a percentile interval strays by sqrt(0.025 0.975 / R) / density: 0.027 standard errors for R = 10,000 draws
 * of a normal distribution. Four of those, for ours and the other's draws, and a step of the share of items.
 */
function expectWithinMonteCarlo(
  found: BootstrapIntervals,
  expected: Record<keyof BootstrapIntervals, { interval: number[]; standardError: number }>,
  step: number,
) {
  for (const score of ["accuracy", "macroF1"] as const)
    for (const end of [0, 1] as const) {
      const { interval, standardError } = expected[score];
      const allowed = 4 * 0.035 * standardError + (score === "accuracy" ? step : 0);
      expect(Math.abs(found[score][end] - (interval[end] as number))).toBeLessThan(allowed);
    }
}

describe("as SciPy and scikit-learn have it", () => {
  test.each(oracle.single.map((found, i) => [i, found] as const))("one pair of runs, case %d", (i, found) => {
    const items = range(found.truth.length);
    const [a, b] = [found.a, found.b].map((said) => side("", outcomes(1, items, found.truth, said)));
    const { scores, intervals } = bootstrap(a as ComparedSide, b as ComparedSide, found.classes, i + 1);
    expect(scores.accuracyA).toBeCloseTo(found.scores.a.accuracy, 12);
    expect(scores.accuracyB).toBeCloseTo(found.scores.b.accuracy, 12);
    expect(scores.macroF1A).toBeCloseTo(found.scores.a.macroF1, 12);
    expect(scores.macroF1B).toBeCloseTo(found.scores.b.macroF1, 12);
    expectWithinMonteCarlo(intervals, found.bootstrap, 1 / items.length);
  });
});

test.each(oracle.crossed.map((found, i) => [i, found] as const))(
  "several seeds, over items written anew in NumPy, case %d",
  (i, found) => {
    const a = side("", ...found.runs.map((run) => outcomes(run.seed, run.items, run.truth, run.a)));
    const b = side("", ...found.runs.map((run) => outcomes(run.seed, run.items, run.truth, run.b)));
    expectWithinMonteCarlo(bootstrap(a, b, found.classes, i + 1).intervals, found.bootstrap, 0);
  },
);

/** Of so many data sets, the share whose interval holds the true difference. */
function coverage(numItems: number, seeds: number, shares: readonly [number, number], sets: number): number {
  let held = 0;
  const random = xorshift(numItems + seeds);
  for (let set = 0; set < sets; set++) {
    const hardness = Array.from({ length: numItems }, random);
    const runs = (share: number) => range(seeds).map((seed) => simulatedRun(seed, hardness, share, random));
    const { intervals } = bootstrap(side("A", ...runs(shares[0])), side("B", ...runs(shares[1])), 3, set + 1, 400);
    const [low, high] = intervals.accuracy;
    const difference = shares[1] - shares[0];
    if (low <= difference && difference <= high) held += 1;
  }
  return held / sets;
}

/** 300 sets at 95% stray by 1.3 points; a percentile interval of few items is a little too narrow. */
test.each([
  [80, 1, 0.7, 0.8],
  [80, 3, 0.7, 0.8],
  [80, 3, 0.75, 0.75],
])("its intervals hold the truth: %d items, %d seeds, %d against %d", (items, seeds, a, b) => {
  const held = coverage(items, seeds, [a, b], 300);
  expect(held).toBeGreaterThan(0.91);
});

test("a class that a resample misses scores 0 on both sides", () => {
  const { scores, intervals } = bootstrap(
    side("A", outcomes(1, [0, 1], [0, 1], [0, 0])),
    side("B", outcomes(1, [0, 1], [0, 1], [0, 1])),
    5,
    3,
    1000,
  );
  // A: F1 of class 0 is 2/3, B: 1 and 1; over five classes.
  expect(scores.macroF1A).toBeCloseTo(2 / 15, 12);
  expect(scores.macroF1B).toBeCloseTo(2 / 5, 12);
  // Resamples are {0, 0}, {0, 1} and {1, 1}: differences 0, 4/15 and 1/5.
  expect(intervals.macroF1[0]).toBe(0);
  expect(intervals.macroF1[1]).toBeCloseTo(4 / 15, 12);
});

test("a class outside the data set is refused", () => {
  const run = side("A", outcomes(1, [0], [0], [3]));
  expect(() => bootstrap(run, run, 3, 1)).toThrow("Class 3 lies outside 0..2.");
});
