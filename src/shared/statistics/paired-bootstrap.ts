import type { OutcomePatterns } from "./outcome-patterns.ts";
import { noScores, type PairedScorer } from "./paired-scores.ts";

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
 * Introduction to the Bootstrap, chapters 8 and 13; Berg-Kirkpatrick, Burkett and Klein 2012, EMNLP, section 2).
 *
 * With P > 1 pairs of runs it draws P - 1 pairs besides, with replacement, and takes the mean of their differences:
 * P - 1, since the mean of so many varies as much as that of P seeds does (Rao and Wu 1988, JASA 83:231, section 2). An
 * item is drawn for all pairs that test it, so what makes an item hard is not mistaken for evidence twice; items and
 * seeds are crossed (Owen 2007, Annals of Applied Statistics 1:386).
 */
export function pairedBootstrap(
  patterns: OutcomePatterns,
  scorer: PairedScorer,
  random: Random,
  resamples: number,
): BootstrapIntervals {
  const numPairs = patterns.pairs.length;
  const numDrawn = Math.max(1, numPairs - 1);
  const counts = new Int32Array(patterns.truth.length);
  const times = new Int32Array(numPairs).fill(1);
  const accuracy = new Float64Array(resamples);
  const macroF1 = new Float64Array(resamples);
  for (let r = 0; r < resamples; ) {
    if (numPairs > 1) {
      times.fill(0);
      for (let i = 0; i < numDrawn; i++) increment(times, Math.floor(random() * numPairs));
    }
    drawItems(patterns.pattern, counts, random);
    const sums = noScores();
    let weight = 0;
    for (let p = 0; p < numPairs; p++) {
      const drawn = times[p] as number;
      if (drawn > 0 && scorer.add(p, counts, drawn, sums)) weight += drawn;
    }
    // A resample without an item of any pair it drew says nothing; it is drawn again.
    if (weight === 0) continue;
    accuracy[r] = (sums.accuracyB - sums.accuracyA) / weight;
    macroF1[r] = (sums.macroF1B - sums.macroF1A) / weight;
    r += 1;
  }
  return { accuracy: percentileInterval(accuracy), macroF1: percentileInterval(macroF1) };
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
