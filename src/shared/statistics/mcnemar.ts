import { chiSquareSurvival, fairBinomialTails } from "./distributions.ts";

/** Items by who was right. */
export type PairedTable = readonly [
  readonly [bothRight: number, onlyA: number],
  readonly [onlyB: number, bothWrong: number],
];

export interface McNemar {
  table: PairedTable;
  /** The smaller discordant count of the exact test; else chi-square. */
  statistic: number;
  pValue: number;
  exact: boolean;
}

/** Below so many discordant items chi-square is too coarse. */
const FEW_DISCORDANT = 25;

/**
 * McNemar's test that two classifiers are wrong equally often on the same items. With n = b + c items that one alone
 * got right: below 25 the exact binomial test, p = 2 P(X <= min(b, c)), X ~ Binomial(n, 1/2); else
 * chi^2 = (|b - c| - 1)^2 / n with one degree of freedom (McNemar 1947, Psychometrika 12:153; Edwards 1948,
 * Psychometrika 13:185; for classifiers Dietterich 1998, Neural Computation 10:1895, section 3.1).
 */
export function mcnemar(table: PairedTable): McNemar {
  const [[, onlyA], [onlyB]] = table;
  const discordant = onlyA + onlyB;
  if (discordant < FEW_DISCORDANT) {
    const statistic = Math.min(onlyA, onlyB);
    return { table, statistic, pValue: fairBinomialTails(statistic, discordant), exact: true };
  }
  const statistic = (Math.abs(onlyA - onlyB) - 1) ** 2 / discordant;
  return { table, statistic, pValue: chiSquareSurvival(statistic), exact: false };
}
