import { valueAt } from "../../../shared/set-at.ts";
import { type Group, METRICS, type MetricId } from "../../../shared/sweep/results.ts";
import { valueWords } from "../../../shared/sweep/words.ts";
import type { FieldAxis } from "./axes.ts";

/** What the table of configurations can be sorted by: a field, a metric, or the order of the plan. */
export type SortKey = { kind: "plan" } | { kind: "field"; path: string } | { kind: "metric"; id: MetricId };

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const PLAN_ORDER: Sorting = { key: { kind: "plan" }, descending: false };

export const sameKey = (a: SortKey, b: SortKey): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The next sorting when a header is pressed: the better end of a metric first, then the other way, then the plan's order. */
export function nextSorting(now: Sorting, key: SortKey): Sorting {
  const first = key.kind === "metric" && METRICS[key.id].better === "higher";
  if (!sameKey(now.key, key)) return { key, descending: first };
  return now.descending === first ? { key, descending: !first } : PLAN_ORDER;
}

/** Groups in order; what has no figure yet comes last, whichever way. */
export function sortedGroups(groups: readonly Group[], { key, descending }: Sorting): Group[] {
  if (key.kind === "plan") return [...groups];
  const of = ({ configuration, mean }: Group): unknown =>
    key.kind === "metric" ? mean[key.id] : valueAt(configuration.experiment, key.path);
  return groups.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order =
      typeof x === "number" && typeof y === "number"
        ? x - y
        : String(x).localeCompare(String(y), "en", { numeric: true });
    return descending ? -order : order;
  });
}

/** A configuration's value on an axis; a baseline that trains the same whatever it is has none. */
export function axisWords({ configuration }: Group, { path }: FieldAxis): string {
  if (configuration.role !== "grid" && !(path in configuration.set)) return "any";
  return valueWords(path, valueAt(configuration.experiment, path) ?? null);
}
