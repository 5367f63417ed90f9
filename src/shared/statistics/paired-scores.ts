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

/**
 * Scores both sides of each pair of runs on a sample of the items, given as how often every pattern occurs. Macro-F1
 * is the mean of 2TP / (predicted + support) over all `numClasses`, a class that does not occur scoring 0 on both
 * sides: as scikit-learn's `f1_score(..., labels=range(numClasses), average="macro", zero_division=0)`.
 */
export class PairedScorer {
  readonly #patterns: OutcomePatterns;
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
    this.#patterns = patterns;
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

  #count(pair: number, counts: Int32Array): number {
    const { truth, pairs } = this.#patterns;
    const { a, b } = pairs[pair] as (typeof pairs)[number];
    const [support, predictedA, predictedB] = [this.#support, this.#predictedA, this.#predictedB];
    const [rightA, rightB] = [this.#rightA, this.#rightB];
    for (const tally of [support, predictedA, predictedB, rightA, rightB]) tally.fill(0);
    let total = 0;
    for (let g = 0; g < counts.length; g++) {
      const count = counts[g] as number;
      const saidA = a[g] as number;
      if (count === 0 || saidA === NOT_TESTED) continue;
      const saidB = b[g] as number;
      const is = truth[g] as number;
      total += count;
      support[is] = (support[is] as number) + count;
      predictedA[saidA] = (predictedA[saidA] as number) + count;
      predictedB[saidB] = (predictedB[saidB] as number) + count;
      if (saidA === is) rightA[is] = (rightA[is] as number) + count;
      if (saidB === is) rightB[is] = (rightB[is] as number) + count;
    }
    return total;
  }
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
