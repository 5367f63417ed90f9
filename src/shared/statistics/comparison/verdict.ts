import { formatCount, plural } from "../../format.ts";
import type { Comparison, Difference, Verdict } from "./comparison.ts";

/** What the verdict rests on. */
export interface Evidence extends Pick<Comparison, "pairs" | "seeds" | "items" | "mcnemar" | "flipped"> {
  accuracy: Difference;
  macroF1: Difference;
  /** Some pair of runs does not test all the items. */
  ownItems: boolean;
}

/** Fewer seeds say little about others: the t quantile of 4 degrees of freedom is still 1.4 times the normal one. */
const FEW_SEEDS = 5;
const SIGNIFICANT = 0.05;
/** Far below one item in any test set: means of shares that cancel leave so much to rounding at most. */
const ROUNDING = 1e-9;

/**
 * A side is better where the 95% interval of the difference in accuracy leaves out 0 and, for a single pair of runs,
 * McNemar's test gives p < 0.05 too: with few flipped items the percentile interval alone is too narrow. All else is
 * not distinguishable, which is not to say equal.
 */
export function verdictOf(nameA: string, nameB: string, evidence: Evidence): Verdict {
  const { accuracy, mcnemar, flipped } = evidence;
  const told = excludesZero(accuracy) && (mcnemar === null || mcnemar.pValue < SIGNIFICANT);
  const [leader, other] = accuracy.difference < 0 ? [nameA, nameB] : [nameB, nameA];
  const lead = told
    ? `${leader} is better than ${other}: its accuracy is ${gap(accuracy)} higher (${basis(evidence)})`
    : `${nameA} and ${nameB} are not distinguishable: ${
        flipped.length === 0 ? "they give every item the same class" : standing(leader, evidence)
      }`;
  const kind = told ? (accuracy.difference < 0 ? "a-better" : "b-better") : "not-distinguishable";
  const sentences = [`${lead}, on ${itemsWords(evidence)}.`, seedsWords(nameA, nameB, evidence)];
  const classes = macroF1Words(nameA, nameB, evidence, kind);
  return { kind, sentence: [...sentences, ...classes].join(" ") };
}

const excludesZero = ({ interval: [low, high] }: Difference): boolean => low > ROUNDING || high < -ROUNDING;

/** One decimal, or two where one would show a difference as none. */
function inPoints(share: number): string {
  const points = Math.abs(share) < ROUNDING ? 0 : 100 * share;
  return points.toFixed(points !== 0 && Math.abs(points) < 0.05 ? 2 : 1).replace("-", "−");
}

const gap = ({ difference }: Difference): string => `${inPoints(Math.abs(difference))} points`;

/** The interval seen from the side that leads. */
function intervalWords({ difference, interval: [low, high] }: Difference): string {
  const [from, to] = difference < 0 ? [-high, -low] : [low, high];
  return `${inPoints(from)} to ${inPoints(to)}`;
}

function basis({ accuracy, mcnemar }: Evidence): string {
  const interval = `95% interval ${intervalWords(accuracy)}`;
  return mcnemar ? `${interval}; McNemar's test p ${probability(mcnemar.pValue)}` : interval;
}

const probability = (p: number): string => (p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`);

const standing = (leader: string, evidence: Evidence): string =>
  Math.abs(evidence.accuracy.difference) < ROUNDING
    ? `their accuracy is the same (${basis(evidence)})`
    : `the accuracy of ${leader} is ${gap(evidence.accuracy)} higher (${basis(evidence)})`;

const itemsWords = ({ items, ownItems }: Evidence): string =>
  ownItems ? `${plural(items, "test item")} in all, each seed with its own` : `the same ${plural(items, "test item")}`;

/** How many seeds stand behind the verdict, and what so many cannot say. */
function seedsWords(nameA: string, nameB: string, { pairs, seeds }: Evidence): string {
  const limit = pairs === 1 ? "says nothing about other seeds" : "says little about other seeds";
  if (seeds.a === 1 && seeds.b === 1) return `One seed each: that ${limit}.`;
  const few = pairs < FEW_SEEDS ? `: that ${limit}` : "";
  if (seeds.a === pairs && seeds.b === pairs) return `${formatCount(pairs)} seeds each${few}.`;
  const paired = `only ${plural(pairs, "pair")} of runs with the same test items could be compared`;
  return `${nameA} has ${plural(seeds.a, "seed")} and ${nameB} ${formatCount(seeds.b)}, but ${paired}${few}.`;
}

/** Macro-F1 where it says something other than accuracy does. */
function macroF1Words(nameA: string, nameB: string, { macroF1 }: Evidence, kind: Verdict["kind"]): string[] {
  const [leader, agrees] = macroF1.difference < 0 ? [nameA, "a-better"] : [nameB, "b-better"];
  if (!excludesZero(macroF1) || kind === agrees) return [];
  return [
    `Macro-F1, in which every class counts alike, is ${gap(macroF1)} higher for ${leader} (${intervalWords(macroF1)}).`,
  ];
}
