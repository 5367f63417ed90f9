import { type Group, METRICS, type MetricId } from "../../../../shared/sweep/results.ts";
import { type FieldAxis, valueKey } from "../axes.ts";

/** A cell of the heatmap: the configurations that have its row's and its column's value. */
export interface HeatCell {
  readonly groups: readonly Group[];
  /** How many of them have the figure. */
  readonly told: number;
  /** Mean of the metric: of the one configuration, or over the means of several. Null while there is none. */
  readonly mean: number | null;
  /** Over seeds; null of several configurations, of a single seed, and while there is none. */
  readonly sd: number | null;
  /** How good it is among all cells: 0 the worst, 1 the best. */
  readonly share: number;
}

export interface HeatRow {
  readonly key: string;
  readonly label: string;
  readonly cells: readonly HeatCell[];
  /** K = 1 with as many passes as this row's; null where the row has none, or several. */
  readonly equalCompute: HeatCell | null;
}

export interface Heat {
  readonly rows: readonly HeatRow[];
  /** The K = 1 baselines where K = 1 is no row of its own. */
  readonly baseline: HeatCell | null;
}

/** A metric over two fields, the baselines beside it. */
export function heatOf(groups: readonly Group[], row: FieldAxis, column: FieldAxis | null, id: MetricId): Heat {
  const own = groups.filter(({ configuration }) => configuration.role === "grid");
  const columns = column?.values ?? [null];
  const rows = row.values.map(({ key, label }) => {
    const ofRow = own.filter(({ configuration }) => valueKey(configuration, row.path) === key);
    const cells = columns.map((value) =>
      draft(
        ofRow.filter(({ configuration }) => !column || !value || valueKey(configuration, column.path) === value.key),
        id,
      ),
    );
    const equal = new Set(ofRow.flatMap(({ configuration }) => configuration.equalCompute ?? []));
    return { key, label, cells, equalCompute: equal.size === 0 ? null : draft(pick(groups, equal), id) };
  });
  const k1 = pick(groups, new Set(own.flatMap(({ configuration }) => configuration.k1 ?? []))).filter(
    ({ configuration }) => configuration.role !== "grid",
  );
  const baseline = k1.length === 0 ? null : draft(k1, id);
  const all = [...rows.flatMap(({ cells, equalCompute }) => [...cells, equalCompute]), baseline];
  const means = all.flatMap((cell) => cell?.mean ?? []);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const shaded = <C extends HeatCell | null>(cell: C): C =>
    (cell && { ...cell, share: shareOf(cell.mean, low, high, METRICS[id].better === "higher") }) as C;
  return {
    rows: rows.map(({ cells, equalCompute, ...rest }) => ({
      ...rest,
      cells: cells.map(shaded),
      equalCompute: shaded(equalCompute),
    })),
    baseline: shaded(baseline),
  };
}

const pick = (groups: readonly Group[], indices: ReadonlySet<number>): Group[] =>
  groups.filter(({ configuration }) => indices.has(configuration.index));

function draft(groups: readonly Group[], id: MetricId): HeatCell {
  const means = groups.flatMap((group) => group.mean[id] ?? []);
  const mean = means.length === 0 ? null : means.reduce((sum, value) => sum + value, 0) / means.length;
  return { groups, told: means.length, mean, sd: groups.length === 1 ? (groups[0]?.sd[id] ?? null) : null, share: 0 };
}

function shareOf(mean: number | null, low: number, high: number, isHigherBetter: boolean): number {
  if (mean === null || high === low) return 0;
  const share = (mean - low) / (high - low);
  return isHigherBetter ? share : 1 - share;
}
