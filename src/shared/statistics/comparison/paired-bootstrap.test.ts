import { describe, expect, test } from "vitest";
import oracle from "../testing/oracle.json" with { type: "json" };
import { outcomes, range, side, simulatedRun, xorshift } from "../testing/simulated.ts";
import { outcomePatterns } from "./outcome-patterns.ts";
import { type ComparedSide, pairRuns } from "./pair-runs.ts";
import { type BootstrapIntervals, pairedBootstrap } from "./paired-bootstrap.ts";
import { meanScores, PairedScorer } from "./paired-scores.ts";

function bootstrap(a: ComparedSide, b: ComparedSide, numClasses: number, seed: number, resamples = 10_000) {
  const patterns = outcomePatterns(pairRuns(a, b));
  const scorer = new PairedScorer(patterns, numClasses);
  return {
    scores: meanScores(patterns, scorer),
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
    expect(scores.a.accuracy).toBeCloseTo(found.scores.a.accuracy, 12);
    expect(scores.b.accuracy).toBeCloseTo(found.scores.b.accuracy, 12);
    expect(scores.a.macroF1).toBeCloseTo(found.scores.a.macroF1, 12);
    expect(scores.b.macroF1).toBeCloseTo(found.scores.b.macroF1, 12);
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

interface Simulation {
  items: number;
  seeds: number;
  /** True accuracies, and the standard deviation over seeds. */
  shares: readonly [a: number, b: number];
  seedSd: number;
}

/** Of so many simulated data sets, the share whose interval holds the true difference. */
function coverage({ items, seeds, shares, seedSd }: Simulation, sets: number): number {
  const random = xorshift(items + seeds);
  // Uniform on +-sqrt(3) has standard deviation 1.
  const strayed = (share: number): number => share + seedSd * Math.sqrt(3) * (2 * random() - 1);
  let held = 0;
  for (let set = 0; set < sets; set++) {
    const hardness = Array.from({ length: items }, random);
    const runs = (share: number) => range(seeds).map((seed) => simulatedRun(seed, hardness, strayed(share), random));
    const { intervals } = bootstrap(side("A", ...runs(shares[0])), side("B", ...runs(shares[1])), 3, set + 1, 300);
    const [low, high] = intervals.accuracy;
    const difference = shares[1] - shares[0];
    if (low <= difference && difference <= high) held += 1;
  }
  return held / sets;
}

/** Shares of 250 stray by 1.4 points. Where seeds differ much, few of them make intervals a little too narrow. */
test.each<Simulation & { above: number; below: number }>([
  { items: 80, seeds: 1, shares: [0.7, 0.8], seedSd: 0, above: 0.91, below: 0.99 },
  { items: 80, seeds: 3, shares: [0.7, 0.8], seedSd: 0, above: 0.91, below: 0.99 },
  { items: 80, seeds: 5, shares: [0.7, 0.75], seedSd: 0.06, above: 0.88, below: 0.985 },
])(
  "intervals of $items items and $seeds seeds that stray by $seedSd hold the truth",
  ({ above, below, ...simulation }) => {
    const held = coverage(simulation, 250);
    expect(held).toBeGreaterThan(above);
    expect(held).toBeLessThan(below);
  },
);

test("a class that a resample misses scores 0 on both sides", () => {
  const { scores, intervals } = bootstrap(
    side("A", outcomes(1, [0, 1], [0, 1], [0, 0])),
    side("B", outcomes(1, [0, 1], [0, 1], [0, 1])),
    5,
    3,
    1000,
  );
  // A: F1 of class 0 is 2/3, B: 1 and 1; over five classes.
  expect(scores.a.macroF1).toBeCloseTo(2 / 15, 12);
  expect(scores.b.macroF1).toBeCloseTo(2 / 5, 12);
  // Resamples are {0, 0}, {0, 1} and {1, 1}: differences 0, 4/15 and 1/5.
  expect(intervals.macroF1[0]).toBe(0);
  expect(intervals.macroF1[1]).toBeCloseTo(4 / 15, 12);
});

test("a class outside the data set is refused", () => {
  const run = side("A", outcomes(1, [0], [0], [3]));
  expect(() => bootstrap(run, run, 3, 1)).toThrow("Class 3 lies outside 0..2.");
});
