import { type Group, METRICS, type MetricId } from "../../shared/sweep/results.ts";
import { formatCount, formatDuration, formatLoss, plural } from "../ui/format.ts";

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

/** Between what a metric's values lie. */
export const limitsOf = (id: MetricId): { min: number; max: number } =>
  METRICS[id].unit === "share" ? { min: 0, max: 1 } : { min: 0, max: Infinity };
