import { valueAt } from "../../../shared/set-at.ts";
import type { Configuration } from "../../../shared/sweep/plan.ts";
import type { SweepFile } from "../../../shared/sweep/sweep-file.ts";
import { fieldWords, valueWords } from "../../../shared/sweep/words.ts";

/** A field that a sweep varies, as an axis of a view. */
export interface FieldAxis {
  readonly path: string;
  readonly label: string;
  /** Values that any of the sweep's own configurations has, numbers from small to large, others in their order. */
  readonly values: readonly { readonly key: string; readonly value: unknown; readonly label: string }[];
}

export const valueKey = (configuration: Configuration, path: string): string =>
  JSON.stringify(valueAt(configuration.experiment, path) ?? null);

/** The axes of a sweep: the paths of its grid and of its search, those with a single value left out. */
export function fieldAxes({ grid, search }: SweepFile, configurations: readonly Configuration[]): FieldAxis[] {
  const own = configurations.filter(({ role }) => role === "grid");
  return [...Object.keys(grid), ...Object.keys(search?.ranges ?? {})].flatMap((path) => {
    const values = new Map(own.map(({ experiment }) => [valueAt(experiment, path), path] as const).map(entryOf));
    if (values.size < 2) return [];
    const list = [...values].map(([key, value]) => ({ key, value, label: valueWords(path, value) }));
    if (list.every(({ value }) => typeof value === "number"))
      list.sort((a, b) => (a.value as number) - (b.value as number));
    return [{ path, label: fieldWords(path), values: list }];
  });
}

const entryOf = ([value]: readonly [unknown, string]): [string, unknown] => [JSON.stringify(value ?? null), value];
