import { valueAt } from "../../../../shared/set-at.ts";
import { type Group, METRICS, type MetricId } from "../../../../shared/sweep/results.ts";
import { limitsOf, metricWords } from "../../words.ts";
import { type FieldAxis, valueKey } from "../axes.ts";
import { axisOver } from "../scale.ts";

/** An axis of the parallel coordinates. `key` of a tick: the value that it stands for, where lines can be chosen by it. */
export interface ParallelAxis {
  readonly id: string;
  readonly label: string;
  readonly ticks: readonly { readonly at: number; readonly label: string; readonly key: string | null }[];
  /** Where a configuration crosses it, 0..1 from the bottom; null where it has no value there. */
  readonly at: (group: Group) => number | null;
}

/** Fields with up to so many values stand at even distances, and lines can be chosen by each. */
const FEW = 10;

export function parallelAxes(axes: readonly FieldAxis[], groups: readonly Group[], metric: MetricId): ParallelAxis[] {
  return [...axes.map((axis) => fieldAxis(axis)), metricAxis(groups, metric)];
}

function fieldAxis({ path, label, values }: FieldAxis): ParallelAxis {
  const numbers = values.map(({ value }) => value);
  if (values.length > FEW && numbers.every((value) => typeof value === "number")) {
    const { position, ticks } = axisOver(numbers);
    const at = ({ configuration }: Group): number | null => {
      const value = valueAt(configuration.experiment, path);
      return typeof value === "number" ? position(value) : null;
    };
    return { id: path, label, ticks: ticks.map((tick) => ({ ...tick, key: null })), at };
  }
  const place = (index: number): number => (values.length === 1 ? 0.5 : index / (values.length - 1));
  const at = ({ configuration }: Group): number | null => {
    const index = values.findIndex(({ key }) => key === valueKey(configuration, path));
    return index < 0 ? null : place(index);
  };
  return {
    id: path,
    label,
    at,
    ticks: values.map((value, i) => ({ at: place(i), label: value.label, key: value.key })),
  };
}

function metricAxis(groups: readonly Group[], metric: MetricId): ParallelAxis {
  const means = groups.flatMap(({ mean }) => mean[metric] ?? []);
  const { position, ticks } = axisOver(means, (value) => metricWords(metric, value), limitsOf(metric));
  const at = ({ mean }: Group): number | null => (mean[metric] === null ? null : position(mean[metric]));
  return { id: metric, label: METRICS[metric].label, at, ticks: ticks.map((tick) => ({ ...tick, key: null })) };
}

/** Values that are chosen, by field: a configuration passes that has one of each field's. */
export type Brush = Readonly<Record<string, readonly string[]>>;

export const passes = ({ configuration }: Group, brush: Brush): boolean =>
  Object.entries(brush).every(([path, keys]) => keys.length === 0 || keys.includes(valueKey(configuration, path)));

export const toggled = (brush: Brush, path: string, key: string): Brush => {
  const keys = brush[path] ?? [];
  return { ...brush, [path]: keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key] };
};
