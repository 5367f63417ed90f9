import { POOLINGS } from "../../shared/plugins/poolings/index.ts";
import type { Configuration } from "../../shared/sweep/plan.ts";
import { type Group, METRICS, type MetricId } from "../../shared/sweep/results.ts";
import { formatCount, formatDuration, formatLoss, plural } from "../ui/format.ts";

/** What the fields that are swept most are called in the method. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  "repeat.k": "K",
  "aggregate.pooling.id": "f",
  "aggregate.level": "level",
  "inference.k": "K′",
  "inference.pooling.id": "f′",
  "optimizer.id": "optimizer",
  "backbone.id": "backbone",
  "tuning.id": "tuning",
  "objective.id": "objective",
  "schedule.id": "schedule",
};

/** `optimizer.learningRate` -> `learning rate`: the last word of a path, in words; a number in a list keeps its list. */
export function fieldWords(path: string): string {
  const known = FIELD_WORDS[path];
  if (known !== undefined) return known;
  const parts = path.split(".");
  const last = parts.at(-1) ?? path;
  const words = last.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  const noise = /^repeat\.noises\.(\d+)/.exec(path);
  return noise ? `noise ${Number(noise[1]) + 1} ${words}` : words;
}

/** A value of a field as it is read. */
export function valueWords(path: string, value: unknown): string {
  if (path.endsWith("pooling.id")) return POOLINGS.find(({ id }) => id === value)?.label.toLowerCase() ?? String(value);
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `K = 4, f = max`; a baseline says what it is. */
export function configurationWords({ set, role, experiment }: Configuration): string {
  const words = Object.entries(set)
    .filter(([path]) => role === "grid" || (path !== "repeat.k" && path !== "epochs"))
    .map(([path, value]) => `${fieldWords(path)} = ${valueWords(path, value)}`);
  if (role === "baseline-k1") words.unshift("K = 1");
  if (role === "equal-compute") words.unshift(`K = 1, ${formatCount(experiment.epochs)} epochs`);
  return words.join(", ") || "as it is";
}

/** `92.3`, of a hundred; losses with three figures. */
export function metricWords(id: MetricId, value: number | null): string {
  if (value === null) return "–";
  switch (METRICS[id].unit) {
    case "share":
      return (100 * value).toFixed(1);
    case "loss":
      return formatLoss(value);
    case "count":
      return formatCount(Math.round(value));
    case "ms":
      return formatDuration(value);
  }
}

/** Percent where a share is told, nothing else. */
export const unitOf = (id: MetricId): string => (METRICS[id].unit === "share" ? "%" : "");

/** `92.3 ± 1.2%`, without a spread where one seed has none. */
export function meanWords(group: Group, id: MetricId): string {
  const [mean, sd] = [group.mean[id], group.sd[id]];
  if (mean === null) return "–";
  return `${metricWords(id, mean)}${sd === null ? "" : ` ± ${metricWords(id, sd)}`}${unitOf(id)}`;
}

/** `3 seeds`, `1 of 3 seeds`: never a figure without how many stand behind it. */
export const seedsWords = ({ finished, planned }: Group): string =>
  finished === planned ? plural(planned, "seed") : `${finished} of ${plural(planned, "seed")}`;

/** True where a mean of `a` is better than one of `b`. */
export const isBetter = (id: MetricId, a: number, b: number): boolean =>
  METRICS[id].better === "higher" ? a > b : a < b;
