import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { accuracyMargin, noiseItems } from "../../shared/statistics/intervals.ts";
import { summariseSeeds } from "../../shared/statistics/summarise-seeds.ts";
import { formatPercent, plural } from "../ui/format.ts";

/** What the sentence needs of a run. */
export type Scored = Pick<RunEntry, "name" | "experiment"> & {
  readonly figures: {
    readonly test: { readonly accuracy: number } | null;
    readonly dataset: { readonly test: number; readonly sha256: string };
  } | null;
};

/** What a table of runs shows, and how far single runs may be trusted. */
export function runsSentence(runs: readonly Scored[]): string {
  const scored = runs.filter(({ figures }) => figures && figures.test !== null);
  const [first] = scored;
  if (!first) return runs.length === 0 ? "" : "No test items, so no test scores: give test a share in Data.";
  if (new Set(scored.map(({ figures }) => figures?.dataset.sha256)).size > 1)
    return "These runs used different data, so their scores cannot be compared with each other.";
  const best = scored.reduce((a, b) => (accuracyOf(b) > accuracyOf(a) ? b : a));
  const items = best.figures?.dataset.test ?? 0;
  const right = Math.round(accuracyOf(best) * items);
  const top = `${formatPercent(accuracyOf(best))}, ${right} of ${plural(items, "test item")} in one clean pass`;
  if (scored.length === 1) {
    const margin = (100 * accuracyMargin(right, items)).toFixed(0);
    return `${best.name} got ${top}: one seed, known to about ± ${margin} points.`;
  }
  const leaders = scored.filter((run) => accuracyOf(run) === accuracyOf(best));
  const lead = leaders.length > 1 ? `${listed(leaders.map(({ name }) => name))} lead alike` : `${best.name} leads`;
  return `${lead} with ${top}. ${seedsSentence(scored, right, items)}`;
}

const accuracyOf = ({ figures }: Scored): number => figures?.test?.accuracy ?? 0;

/** Mean and spread where runs differ in the seed alone; else what chance alone may do. */
function seedsSentence(scored: readonly Scored[], right: number, items: number): string {
  const groups = new Map<string, Scored[]>();
  for (const run of scored) groups.set(seedlessKey(run), [...(groups.get(seedlessKey(run)) ?? []), run]);
  const repeated = [...groups.values()].filter((group) => distinctSeeds(group) > 1);
  const noise = plural(noiseItems(right, items), "item");
  if (repeated.length === 0) return `One seed each: differences of up to ${noise} are noise.`;
  const told = repeated.map((group) => {
    const { mean, sd } = summariseSeeds(group.map(accuracyOf));
    return `${listed(group.map(({ name }) => name))}, alike but for the seed: ${formatPercent(mean)} on average, sd ${(100 * (sd ?? 0)).toFixed(1)} points.`;
  });
  return told.join(" ");
}

function seedlessKey({ experiment }: Scored): string {
  const { seed: _, ...rest } = experiment;
  return JSON.stringify(rest);
}

const distinctSeeds = (group: readonly Scored[]): number =>
  new Set(group.map(({ experiment }) => experiment.seed)).size;

/** `Run 1, Run 2 and Run 3`; of more than three, the first two and how many others. */
function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
