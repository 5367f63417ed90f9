import { type McNemar, mcnemar } from "../mcnemar.ts";
import type { Comparison, Difference } from "./comparison.ts";
import { flippedItems } from "./flipped-items.ts";
import { outcomePatterns } from "./outcome-patterns.ts";
import { type ComparedSide, pairRuns, type RunPair, whyNotComparable } from "./pair-runs.ts";
import { type Interval, pairedBootstrap, type Random } from "./paired-bootstrap.ts";
import { meanScores, PairedScorer } from "./paired-scores.ts";
import { verdictOf } from "./verdict.ts";

export interface ComparisonOptions {
  /** Of the data set, so that macro-F1 is over the same classes as in the reports. */
  numClasses: number;
  random: Random;
  resamples?: number;
}

const RESAMPLES = 10_000;

/**
 * Compares two configurations by their predictions on the same test items: differences with paired bootstrap
 * intervals, McNemar's test where there is one pair of runs, the items that flip, and a verdict in words.
 * @throws RangeError where a run is malformed or a class lies outside 0..numClasses - 1
 */
export function compareSides(a: ComparedSide, b: ComparedSide, options: ComparisonOptions): Comparison {
  const pairs = pairRuns(a, b);
  const seeds = { a: distinctSeeds(a), b: distinctSeeds(b) };
  const why = whyNotComparable(a, b, pairs);
  if (why !== null) {
    const sentence = `${a.name} and ${b.name} cannot be compared: ${why}.`;
    const nothing = { pairs: 0, items: 0, accuracy: null, macroF1: null, mcnemar: null, flipped: [] };
    return { ...nothing, seeds, verdict: { kind: "not-comparable", sentence } };
  }
  const patterns = outcomePatterns(pairs);
  const scorer = new PairedScorer(patterns, options.numClasses);
  const scores = meanScores(patterns, scorer);
  const intervals = pairedBootstrap(patterns, scorer, options.random, options.resamples ?? RESAMPLES);
  const [only] = pairs;
  const figures = {
    pairs: pairs.length,
    seeds,
    items: patterns.items.length,
    accuracy: differenceOf(scores.a.accuracy, scores.b.accuracy, intervals.accuracy),
    macroF1: differenceOf(scores.a.macroF1, scores.b.macroF1, intervals.macroF1),
    mcnemar: only && pairs.length === 1 ? mcnemarOf(only) : null,
    flipped: flippedItems(patterns),
  };
  const ownItems = pairs.some(({ items }) => items.length < patterns.items.length);
  return { ...figures, verdict: verdictOf(a.name, b.name, { ...figures, ownItems }) };
}

const distinctSeeds = ({ runs }: ComparedSide): number => new Set(runs.map(({ seed }) => seed)).size;

const differenceOf = (a: number, b: number, interval: Interval): Difference => ({
  a,
  b,
  difference: b - a,
  interval,
  level: 0.95,
});

function mcnemarOf({ truth, a, b }: RunPair): McNemar {
  const table: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  for (let i = 0; i < truth.length; i++) table[a[i] === truth[i] ? 0 : 1][b[i] === truth[i] ? 0 : 1] += 1;
  return mcnemar(table);
}
