/** One setting of a configuration at its dotted path, in words; null where there is none at that path. */
export interface SettingRow {
  readonly path: string;
  readonly here: string | null;
  readonly there: string | null;
  readonly differs: boolean;
}

/** Every leaf of a configuration by its path: `repeat.noises.0.stdDev` -> `0.2`, in the order of the file. */
export function flatten(value: unknown, path = ""): [path: string, value: string][] {
  if (Array.isArray(value)) {
    if (!value.some((entry) => typeof entry === "object" && entry !== null))
      return [[path, value.map(words).join(", ") || "none"]];
    return value.flatMap((entry, index) => flatten(entry, `${path}.${index}`));
  }
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, entry]) => flatten(entry, path ? `${path}.${key}` : key));
  return value === undefined ? [] : [[path, words(value)]];
}

function words(value: unknown): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** The settings of `here` beside those of `there`; what only `there` has comes after its nearest predecessor. */
export function compare(here: unknown, there: unknown): SettingRow[] {
  const [mine, theirs] = [new Map(flatten(here)), new Map(flatten(there))];
  const paths = [...mine.keys()];
  let after = -1;
  for (const path of theirs.keys()) {
    const at = paths.indexOf(path);
    if (at >= 0) after = at;
    else paths.splice(++after, 0, path);
  }
  return paths.map((path) => {
    const [a, b] = [mine.get(path) ?? null, theirs.get(path) ?? null];
    return { path, here: a, there: b, differs: a !== b };
  });
}

/** What differs comes first; else the order stays. */
export const differingFirst = (rows: readonly SettingRow[]): SettingRow[] =>
  [...rows].sort((a, b) => Number(b.differs) - Number(a.differs));
