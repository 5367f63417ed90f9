import { flatten } from "../../../shared/configuration.ts";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { STATUS_WORDS } from "../../ui/run-status.ts";

/** The fields that the table can be narrowed by, each to one of the values that occur. */
export const FACETS = [
  { id: "status", label: "status", read: ({ status }: RunEntry) => [STATUS_WORDS[status]] },
  { id: "backbone", label: "backbone", read: ({ experiment }: RunEntry) => [experiment.backbone.id] },
  { id: "pooling", label: "f", read: ({ experiment }: RunEntry) => [experiment.aggregate.pooling.id] },
  { id: "k", label: "K", read: ({ experiment }: RunEntry) => [String(experiment.repeat.k)] },
  { id: "source", label: "data", read: ({ source }: RunEntry) => [source.name] },
  { id: "tag", label: "tag", read: ({ tags }: RunEntry) => tags },
] as const;
export type FacetId = (typeof FACETS)[number]["id"];

/** What the table is narrowed to. A facet that is not there lets everything through. */
export interface RunFilter {
  readonly text: string;
  readonly facets: Readonly<Partial<Record<FacetId, string>>>;
}

export const NO_FILTER: RunFilter = { text: "", facets: {} };

const haystacks = new WeakMap<RunEntry, string>();

/** All that a run can be found by: what people wrote on it, its state, its data, and `path value` of every setting. */
function haystack(entry: RunEntry): string {
  const known = haystacks.get(entry);
  if (known !== undefined) return known;
  const { name, notes, tags, status, reason, source, experiment } = entry;
  const settings = flatten(experiment).map(([path, value]) => `${path} ${value}`);
  const text = [name, notes, ...tags, STATUS_WORDS[status], reason ?? "", source.name, ...settings]
    .join("\n")
    .toLowerCase();
  haystacks.set(entry, text);
  return text;
}

/** Runs that hold every word of the text and have each facet's value. */
export function filterRuns(entries: readonly RunEntry[], { text, facets }: RunFilter): readonly RunEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = FACETS.flatMap(({ id, read }) => {
    const value = facets[id];
    return value === undefined ? [] : [{ value, read }];
  });
  if (words.length === 0 && wanted.length === 0) return entries;
  return entries.filter(
    (entry) =>
      wanted.every(({ value, read }) => read(entry).includes(value)) &&
      words.every((word) => haystack(entry).includes(word)),
  );
}

/** The values of a facet that occur, with how many runs have each; numbers in their order, words in theirs. */
export function facetValues(entries: readonly RunEntry[], id: FacetId): { value: string; count: number }[] {
  const facet = FACETS.find((candidate) => candidate.id === id);
  const counts = new Map<string, number>();
  for (const entry of entries)
    for (const value of facet?.read(entry) ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => a.value.localeCompare(b.value, "en", { numeric: true }));
}
