import { compareConfigurations, type SettingRow, seedlessKey } from "../../../shared/configuration.ts";
import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { summariseSeeds } from "../../../shared/statistics/summarise-seeds.ts";
import type { FieldValue, RunField } from "./fields.ts";

/** What to group by where runs that differ in the seed alone belong together. */
export const CONFIGURATION = "configuration";

/** Runs that are alike in what they are grouped by. */
export interface RunGroup {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly RunEntry[];
  /** Distinct seeds among the runs. */
  readonly seeds: number;
  /** Configurations that differ in more than the seed. */
  readonly configurations: number;
}

/** Mean and sample standard deviation over runs; `sd` is null with fewer than two seeds, which say nothing about it. */
export interface Summary {
  /** Runs that have a value. */
  readonly runs: number;
  readonly seeds: number;
  readonly mean: number;
  readonly sd: number | null;
}

export const distinctSeeds = (runs: readonly RunEntry[]): number =>
  new Set(runs.map(({ experiment }) => experiment.seed)).size;

/** A figure over the runs that have it; null where none has. */
export function summarize(runs: readonly RunEntry[], read: (run: RunEntry) => FieldValue): Summary | null {
  const having = runs.flatMap((run) => {
    const value = read(run);
    return typeof value === "number" && Number.isFinite(value) ? [{ run, value }] : [];
  });
  if (having.length === 0) return null;
  const seeds = distinctSeeds(having.map(({ run }) => run));
  const { mean, sd } = summariseSeeds(having.map(({ value }) => value));
  return { runs: having.length, seeds, mean, sd: seeds > 1 ? sd : null };
}

/** Settings that a configuration is told by, when it differs from the others in more. */
const TOLD = 3;

/**
 * Groups runs by fields, or by their configuration but for the seed; groups come in the order of their first runs.
 * A group by configuration is called by the settings in which the configurations differ.
 */
export function groupRuns(runs: readonly RunEntry[], by: readonly string[], fields: readonly RunField[]): RunGroup[] {
  const chosen = by.flatMap((id) => fields.find((field) => field.id === id) ?? []);
  const byConfiguration = by.includes(CONFIGURATION);
  const groups = new Map<string, { runs: RunEntry[]; words: string[] }>();
  for (const run of runs) {
    const values = chosen.map((field) => field.read(run));
    const key = JSON.stringify([byConfiguration ? seedlessKey(run.experiment) : null, ...values]);
    const group = groups.get(key);
    if (group) group.runs.push(run);
    else groups.set(key, { runs: [run], words: chosen.map((field, i) => wordsOf(field, values[i] ?? null)) });
  }
  const all = [...groups];
  const told = byConfiguration ? configurationLabels(all.map(([, group]) => group.runs[0] as RunEntry)) : null;
  return all.map(([key, group], index) => ({
    key,
    label: [...group.words, ...(told ? [told[index] as string] : [])].join(" · "),
    runs: group.runs,
    seeds: distinctSeeds(group.runs),
    configurations: new Set(group.runs.map(({ experiment }) => seedlessKey(experiment))).size,
  }));
}

const wordsOf = (field: RunField, value: FieldValue): string => `${field.label} ${field.format(value)}`;

/** Each configuration by the settings that are not the same in all; `one configuration` where there is but one. */
export function configurationLabels(runs: readonly RunEntry[]): string[] {
  if (runs.length < 2) return runs.map(() => "one configuration");
  const experiments = runs.map(({ experiment: { seed: _, ...rest } }) => rest);
  const differing = compareConfigurations(experiments).filter(({ differs }) => differs);
  // What f' and K' take over from f and K says nothing of its own.
  const told = differing.filter(({ path }) => !path.startsWith("inference.") && path !== "repeat.views");
  const shown = methodFirst(told.length > 0 ? told : differing);
  return runs.map((_, index) => {
    const words = shown.slice(0, TOLD).map(({ path, values }) => `${shortPath(path)} ${values[index] ?? "–"}`);
    return shown.length > TOLD ? `${words.join(", ")}, …` : words.join(", ");
  });
}

/** K and f are what the studio is about. */
const METHOD = ["repeat.k", "aggregate.pooling.id"];
const methodFirst = (rows: readonly SettingRow[]): SettingRow[] => [
  ...rows.filter(({ path }) => METHOD.includes(path)),
  ...rows.filter(({ path }) => !METHOD.includes(path)),
];

/** The end of a path, as far as it tells: `repeat.k` -> `K`, `aggregate.pooling.id` -> `f`, `optimizer.learningRate` -> `learning rate`. */
function shortPath(path: string): string {
  if (path === "repeat.k") return "K";
  if (path === "aggregate.pooling.id") return "f";
  const parts = path.split(".");
  const last = parts.at(-1) ?? path;
  const telling = last === "id" || /^\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
  return telling.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
