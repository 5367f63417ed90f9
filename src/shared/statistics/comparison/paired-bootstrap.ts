import type { OutcomePatterns } from "./outcome-patterns.ts";
import { type PairedScorer, type PairScores, patternCounts } from "./paired-scores.ts";
import { SpreadOverPairs } from "./spread-over-pairs.ts";

export type Interval = readonly [low: number, high: number];

export interface BootstrapIntervals {
  accuracy: Interval;
  macroF1: Interval;
}

/** Uniform in (0, 1). */
export type Random = () => number;

/**
 * 95% percentile intervals of the differences (B - A) in accuracy and macro-F1, by the paired bootstrap: each resample
 * draws as many test items as there are, with replacement, and scores both sides on it (Efron and Tibshirani 1993, An
 * Introduction to the Bootstrap, chapters 8 and 13; Berg-Kirkpatrick, Burkett and Klein 2012, EMNLP, 995).
 *
 * With several pairs of runs an item is drawn for all pairs that test it, the difference is the mean over pairs, and
 * what pairs differ by beyond their items is drawn besides: see {@link SpreadOverPairs}.
 */
export function pairedBootstrap(
  patterns: OutcomePatterns,
  scorer: PairedScorer,
  random: Random,
  resamples: number,
): BootstrapIntervals {
  const numPairs = patterns.pairs.length;
  const spreads = differencesOf(patterns, scorer, patternCounts(patterns)).map(
    (differences) => new SpreadOverPairs(differences, resamples),
  );
  const counts = new Int32Array(patterns.truth.length);
  const drawn = new Int32Array(numPairs);
  for (let r = 0; r < resamples; ) {
    drawItems(patterns.pattern, counts, random);
    const differences = differencesOf(patterns, scorer, counts);
    // A resample without an item of any pair says nothing; it is drawn again.
    if (differences[0].every(Number.isNaN)) continue;
    drawn.fill(0);
    for (let i = 0; i < numPairs - 1; i++) increment(drawn, Math.floor(random() * numPairs));
    for (const [score, spread] of spreads.entries()) spread.add(r, differences[score] as Float64Array, drawn);
    r += 1;
  }
  const [accuracy, macroF1] = spreads.map((spread) => percentileInterval(spread.resampledMeans())) as [
    Interval,
    Interval,
  ];
  return { accuracy, macroF1 };
}

/** Differences in accuracy and in macro-F1 of each pair of runs; NaN where the sample has none of its items. */
function differencesOf(
  { pairs }: OutcomePatterns,
  scorer: PairedScorer,
  counts: Int32Array,
): [accuracy: Float64Array, macroF1: Float64Array] {
  const accuracy = new Float64Array(pairs.length);
  const macroF1 = new Float64Array(pairs.length);
  for (let p = 0; p < pairs.length; p++) {
    const { a, b }: PairScores = scorer.score(p, counts);
    accuracy[p] = b.accuracy - a.accuracy;
    macroF1[p] = b.macroF1 - a.macroF1;
  }
  return [accuracy, macroF1];
}

function drawItems(pattern: Int32Array, counts: Int32Array, random: Random): void {
  const numItems = pattern.length;
  counts.fill(0);
  for (let i = 0; i < numItems; i++) increment(counts, pattern[Math.floor(random() * numItems)] as number);
}

function increment(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

/** The 2.5% and 97.5% quantiles, linear between order statistics (type 7 of Hyndman and Fan 1996). Sorts `values`. */
function percentileInterval(values: Float64Array): Interval {
  values.sort();
  const last = values.length - 1;
  const quantile = (p: number): number => {
    const low = Math.floor(p * last);
    const below = values[low] as number;
    const above = values[Math.min(last, low + 1)] as number;
    // Never -0.
    return below + (p * last - low) * (above - below) + 0;
  };
  return [quantile(0.025), quantile(0.975)];
}
