import { formatCount, plural } from "../format.ts";
import { POOLINGS } from "../plugins/poolings/index.ts";
import type { Configuration, Point } from "./plan.ts";
import { isSwept, type SweepFile } from "./sweep-file.ts";

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

/** `K = 4, f = max, seed 2`; `seed 2` where nothing else is varied. */
export const pointWords = (configuration: Configuration, { seed }: Pick<Point, "seed">): string =>
  Object.keys(configuration.set).length === 0 ? `seed ${seed}` : `${configurationWords(configuration)}, seed ${seed}`;

/** What a sweep is called where nobody named it: `K × f`, or `3 seeds`. */
export function sweepWords(file: SweepFile): string {
  if (!isSwept(file)) return plural(file.seeds, "seed");
  const fields = [...Object.keys(file.grid), ...Object.keys(file.search?.ranges ?? {})];
  return fields.map(fieldWords).join(" × ");
}
