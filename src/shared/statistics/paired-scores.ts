import { NOT_TESTED, type OutcomePatterns } from "./outcome-patterns.ts";

/** Accuracy and macro-F1 of both sides. */
export interface PairedScores {
  accuracyA: number;
  accuracyB: number;
  macroF1A: number;
  macroF1B: number;
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

  /**
   * Adds `weight` times the scores of a pair to `sums`; false where the sample has none of its items.
   * @param counts [patterns]
   */
  add(pair: number, counts: Int32Array, weight: number, sums: PairedScores): boolean {
    const total = this.#count(pair, counts);
    if (total === 0) return false;
    let rightA = 0;
    let rightB = 0;
    let f1A = 0;
    let f1B = 0;
    const numClasses = this.#support.length;
    for (let c = 0; c < numClasses; c++) {
      const support = this.#support[c] as number;
      const tpA = this.#rightA[c] as number;
      const tpB = this.#rightB[c] as number;
      rightA += tpA;
      rightB += tpB;
      // Where nothing is right the score is 0, and 0/0 counts as 0.
      if (tpA > 0) f1A += (2 * tpA) / ((this.#predictedA[c] as number) + support);
      if (tpB > 0) f1B += (2 * tpB) / ((this.#predictedB[c] as number) + support);
    }
    sums.accuracyA += (weight * rightA) / total;
    sums.accuracyB += (weight * rightB) / total;
    sums.macroF1A += (weight * f1A) / numClasses;
    sums.macroF1B += (weight * f1B) / numClasses;
    return true;
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

/** The mean over all pairs of runs on all of their items. */
export function scoresOf(patterns: OutcomePatterns, scorer: PairedScorer): PairedScores {
  const sums = noScores();
  const counts = patternCounts(patterns);
  for (const p of patterns.pairs.keys()) scorer.add(p, counts, 1 / patterns.pairs.length, sums);
  return sums;
}

export const noScores = (): PairedScores => ({ accuracyA: 0, accuracyB: 0, macroF1A: 0, macroF1B: 0 });

function patternCounts({ pattern, truth }: OutcomePatterns): Int32Array {
  const counts = new Int32Array(truth.length);
  for (const g of pattern) counts[g] = (counts[g] as number) + 1;
  return counts;
}
