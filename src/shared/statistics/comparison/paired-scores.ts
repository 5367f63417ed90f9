import { NOT_TESTED, type OutcomePatterns } from "./outcome-patterns.ts";

export interface Scores {
  accuracy: number;
  macroF1: number;
}

/** Scores of both sides of a pair of runs; NaN where the sample has none of its items. */
export interface PairScores {
  a: Scores;
  b: Scores;
}

/** What one pair of runs says: far fewer outcomes than patterns where there are several pairs. */
interface PairOutcomes {
  /** [patterns] -> its outcome; one past the last where the pair does not test it. */
  ofPattern: Int32Array;
  /** [outcomes] -> true class, and predicted class on either side. */
  truth: Int32Array;
  a: Int32Array;
  b: Int32Array;
}

function pairOutcomes({ truth, pairs }: OutcomePatterns, pair: number): PairOutcomes {
  const { a, b } = pairs[pair] as (typeof pairs)[number];
  const found = new Map<string, number>();
  const first: number[] = [];
  const outcome = Array.from(truth, (is, g) => {
    if (a[g] === NOT_TESTED) return null;
    const key = `${is} ${a[g]} ${b[g]}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    found.set(key, first.length);
    return first.push(g) - 1;
  });
  const pick = (classes: Int32Array): Int32Array => Int32Array.from(first, (g) => classes[g] as number);
  const ofPattern = Int32Array.from(outcome, (index) => index ?? first.length);
  return { ofPattern, truth: pick(truth), a: pick(a), b: pick(b) };
}

/**
 * Scores both sides of each pair of runs on a sample of the items, given as how often every pattern occurs. Macro-F1
 * is the mean of 2TP / (predicted + support) over all `numClasses`, a class that does not occur scoring 0 on both
 * sides: as scikit-learn's `f1_score(..., labels=range(numClasses), average="macro", zero_division=0)`.
 */
export class PairedScorer {
  readonly #outcomes: readonly PairOutcomes[];
  /** [outcomes + 1]: of the pair at hand. */
  readonly #counts: Int32Array;
  readonly #support: Int32Array;
  readonly #predictedA: Int32Array;
  readonly #predictedB: Int32Array;
  readonly #rightA: Int32Array;
  readonly #rightB: Int32Array;

  /** @throws RangeError where a class lies outside 0..numClasses - 1 */
  constructor(patterns: OutcomePatterns, numClasses: number) {
    const highest = numClasses - 1;
    for (const classes of [patterns.truth, ...patterns.pairs.flatMap(({ a, b }) => [a, b])])
      for (const c of classes)
        if (c > highest || c < NOT_TESTED) throw new RangeError(`Class ${c} lies outside 0..${highest}.`);
    this.#outcomes = patterns.pairs.map((_, p) => pairOutcomes(patterns, p));
    this.#counts = new Int32Array(1 + Math.max(...this.#outcomes.map(({ truth }) => truth.length)));
    this.#support = new Int32Array(numClasses);
    this.#predictedA = new Int32Array(numClasses);
    this.#predictedB = new Int32Array(numClasses);
    this.#rightA = new Int32Array(numClasses);
    this.#rightB = new Int32Array(numClasses);
  }

  /** @param counts [patterns] -> how often the pattern occurs in the sample */
  score(pair: number, counts: Int32Array): PairScores {
    const total = this.#count(pair, counts);
    return {
      a: this.#scoresOf(this.#rightA, this.#predictedA, total),
      b: this.#scoresOf(this.#rightB, this.#predictedB, total),
    };
  }

  #scoresOf(right: Int32Array, predicted: Int32Array, total: number): Scores {
    let allRight = 0;
    let f1 = 0;
    for (let c = 0; c < right.length; c++) {
      const tp = right[c] as number;
      allRight += tp;
      // Where nothing is right the score is 0, and 0/0 counts as 0.
      if (tp > 0) f1 += (2 * tp) / ((predicted[c] as number) + (this.#support[c] as number));
    }
    return { accuracy: allRight / total, macroF1: total > 0 ? f1 / right.length : Number.NaN };
  }

  #count(pair: number, patternCounts: Int32Array): number {
    const { ofPattern, truth, a, b } = this.#outcomes[pair] as PairOutcomes;
    const counts = this.#counts;
    const [support, predictedA, predictedB] = [this.#support, this.#predictedA, this.#predictedB];
    for (const tally of [counts, support, predictedA, predictedB, this.#rightA, this.#rightB]) tally.fill(0);
    for (let g = 0; g < ofPattern.length; g++) add(counts, ofPattern[g] as number, patternCounts[g] as number);
    let total = 0;
    for (let o = 0; o < truth.length; o++) {
      const count = counts[o] as number;
      const is = truth[o] as number;
      total += count;
      add(support, is, count);
      add(predictedA, a[o] as number, count);
      add(predictedB, b[o] as number, count);
      if (a[o] === is) add(this.#rightA, is, count);
      if (b[o] === is) add(this.#rightB, is, count);
    }
    return total;
  }
}

function add(tally: Int32Array, at: number, count: number): void {
  tally[at] = (tally[at] as number) + count;
}

/** Means over all pairs of runs on all of their items. */
export function meanScores(patterns: OutcomePatterns, scorer: PairedScorer): PairScores {
  const counts = patternCounts(patterns);
  const scores = patterns.pairs.map((_, p) => scorer.score(p, counts));
  const mean = (pick: (pair: PairScores) => number): number =>
    scores.reduce((sum, pair) => sum + pick(pair), 0) / scores.length;
  return {
    a: { accuracy: mean(({ a }) => a.accuracy), macroF1: mean(({ a }) => a.macroF1) },
    b: { accuracy: mean(({ b }) => b.accuracy), macroF1: mean(({ b }) => b.macroF1) },
  };
}

/** [patterns] -> how many of all items have it. */
export function patternCounts({ pattern, truth }: OutcomePatterns): Int32Array {
  const counts = new Int32Array(truth.length);
  for (const g of pattern) counts[g] = (counts[g] as number) + 1;
  return counts;
}
