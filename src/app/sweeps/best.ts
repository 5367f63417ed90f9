import { summariseSeeds } from "../../shared/statistics/summarise-seeds.ts";
import type { SweepPlan } from "../../shared/sweep/plan.ts";
import { type Group, METRICS, type MetricId, metricOf, type Results } from "../../shared/sweep/results.ts";
import { configurationWords } from "../../shared/sweep/words.ts";
import { plural } from "../ui/format.ts";
import { isBetter, meanWords, metricWords, seedsWords, unitOf } from "./words.ts";

/** Groups that can be held against each other: those with as many finished seeds as any has. */
export function comparable(groups: readonly Group[], id: MetricId): { groups: Group[]; seeds: number; left: number } {
  const told = groups.filter((group) => group.mean[id] !== null);
  const seeds = Math.max(0, ...told.map(({ finished }) => finished));
  const kept = told.filter(({ finished }) => finished === seeds);
  return { groups: kept, seeds, left: groups.length - kept.length };
}

/** Means of the same figures in another order differ by rounding. */
const TIE = 1e-9;

/** The best mean of the configurations that can be compared; the first of equals. Null while there is none. */
export function bestOf(groups: readonly Group[], id: MetricId): Group | null {
  let best: Group | null = null;
  for (const group of comparable(groups, id).groups)
    if (best === null || isBetter(id, group.mean[id] as number, best.mean[id] as number)) best = group;
  return best;
}

/**
 * What has been found, and how far it may be believed: chosen on validation items, so that the test figure, which took
 * no part in the choice, is the one to report.
 */
export function bestSentence(groups: readonly Group[], id: MetricId, hasValidation: boolean): string {
  if (!hasValidation)
    return "Without a validation set nothing can be chosen: whatever is best on the test items was chosen by them.";
  const best = bestOf(groups, id);
  if (!best) return "The best configuration is named when the first runs have ended.";
  const { groups: compared, left, seeds } = comparable(groups, id);
  const others =
    left > 0 ? ` ${plural(left, "configuration")} with fewer seeds ${left === 1 ? "is" : "are"} left out.` : "";
  const test = best.mean["test.accuracy"] === null ? "" : ` On the test items: ${meanWords(best, "test.accuracy")}.`;
  const ties = compared.filter((group) => Math.abs((group.mean[id] as number) - (best.mean[id] as number)) < TIE);
  const who =
    ties.length === 1
      ? `${configurationWords(best.configuration)} has`
      : `${configurationWords(best.configuration)} and ${plural(ties.length - 1, "other")} share`;
  const found = `${who} the best ${METRICS[id].label}, ${meanWords(best, id)} (${seedsWords(best)}).`;
  const single = seeds === 1 && best.planned > 1 ? " One seed each so far: the order may well change." : "";
  if (compared.length < 2) return `${found}${test}${single}${others}`;
  return `${found}${test}${single} The best of ${compared.length} on the same validation items is optimistic; the test figure took no part in the choice.${others}`;
}

/** One configuration against another, paired by seed. */
export interface PairedDifference {
  readonly seeds: number;
  /** Mean of a - b over the seeds. */
  readonly mean: number;
  /** Student's 95% interval of that mean; null for a single seed. */
  readonly interval: readonly [number, number] | null;
}

/** Differences of two configurations, seed by seed; null where no seed has finished in both. */
export function pairedDifference(
  { points }: SweepPlan,
  results: Results,
  a: number,
  b: number,
  id: MetricId,
): PairedDifference | null {
  const bySeed = (configuration: number): Map<number, number> =>
    new Map(
      points.flatMap((point): [number, number][] => {
        const result = results.get(point.index);
        const value = point.configuration === configuration && result?.status === "finished" && metricOf(result, id);
        return typeof value === "number" ? [[point.seed, value]] : [];
      }),
    );
  const others = bySeed(b);
  const differences = [...bySeed(a)].flatMap(([seed, value]) => {
    const other = others.get(seed);
    return other === undefined ? [] : [value - other];
  });
  if (differences.length === 0) return null;
  const { mean, interval } = summariseSeeds(differences);
  return { seeds: differences.length, mean, interval };
}

/** The best configuration with K > 1 against K = 1 with as many forward passes. */
export function equalComputeSentence(
  plan: SweepPlan,
  groups: readonly Group[],
  results: Results,
  id: MetricId,
  chooser: MetricId,
): string {
  const repeated = groups.filter(({ configuration }) => configuration.equalCompute !== null);
  if (repeated.length === 0)
    return groups.some(({ configuration }) => configuration.experiment.repeat.k > 1)
      ? "The equal-compute baseline was taken out, so that what more steps alone would buy is not known."
      : "Every configuration has K = 1: each forward pass is a step's own.";
  const best = bestOf(repeated, chooser) ?? bestOf(repeated, id);
  const baseline = best && groups[best.configuration.equalCompute as number];
  const gap =
    best && baseline && pairedDifference(plan, results, best.configuration.index, baseline.configuration.index, id);
  if (!gap || !best || !baseline)
    return "K > 1 is held against K = 1 with as many forward passes when both have been trained.";
  const sides = `With as many forward passes ${configurationWords(best.configuration)} has ${METRICS[id].label} ${meanWords(best, id)}, and ${configurationWords(baseline.configuration)} ${meanWords(baseline, id)}`;
  if (gap.interval === null) return `${sides}: one seed each, which says nothing about others.`;
  const [low, high] = gap.interval;
  const [leads, from, to] =
    gap.mean > 0 ? [METRICS[id].better === "higher", low, high] : [METRICS[id].better === "lower", -high, -low];
  const range = `${metricWords(id, from).replace("-", "−")} to ${metricWords(id, to).replace("-", "−")}${unitOf(id) && " points"}, 95% over ${gap.seeds} paired seeds`;
  if (low <= 0 && high >= 0) return `${sides}: not distinguishable (difference ${range}).`;
  return `${sides}: ${leads ? "repeating" : "K = 1"} is better by ${range}.`;
}
