import type { Experiment } from "./experiment.ts";

/** Every leaf of a configuration by its dotted path with its value: `repeat.noises.0.stdDev` -> 0.2, in the order of the file. */
export function leaves(value: unknown, path = ""): [path: string, value: unknown][] {
  if (Array.isArray(value)) {
    if (!value.some((entry) => typeof entry === "object" && entry !== null)) return [[path, value]];
    return value.flatMap((entry, index) => leaves(entry, `${path}.${index}`));
  }
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, entry]) => leaves(entry, path ? `${path}.${key}` : key));
  return value === undefined ? [] : [[path, value]];
}

/** The same in words: `repeat.noises.0.stdDev` -> `0.2`. */
export const flatten = (value: unknown): [path: string, words: string][] =>
  leaves(value).map(([path, leaf]) => [path, settingWords(leaf)]);

/** A leaf of a configuration in words. */
export function settingWords(leaf: unknown): string {
  if (Array.isArray(leaf)) return leaf.map(settingWords).join(", ") || "none";
  if (leaf === null) return "none";
  if (typeof leaf === "boolean") return leaf ? "yes" : "no";
  return String(leaf);
}

/** One setting at its dotted path, in words, in each of several configurations; null in one that has none at that path. */
export interface SettingRow {
  readonly path: string;
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

/** The settings of configurations side by side; what only a later one has comes after its nearest predecessor. */
export function compareConfigurations(configurations: readonly unknown[]): SettingRow[] {
  const columns = configurations.map((configuration) => new Map(flatten(configuration)));
  const paths: string[] = [];
  for (const column of columns) {
    let after = -1;
    for (const path of column.keys()) {
      const at = paths.indexOf(path);
      if (at >= 0) after = at;
      else paths.splice(++after, 0, path);
    }
  }
  return paths.map((path) => {
    const values = columns.map((column) => column.get(path) ?? null);
    return { path, values, differs: values.some((value) => value !== values[0]) };
  });
}

/** What differs comes first; else the order stays. */
export const differingFirst = (rows: readonly SettingRow[]): SettingRow[] =>
  [...rows].sort((a, b) => Number(b.differs) - Number(a.differs));

/** Two experiments that differ in the seed alone have the same key. */
export function seedlessKey({ seed: _, ...rest }: Experiment): string {
  return JSON.stringify(rest);
}
