import { formatDuration, formatMilliseconds } from "../shared/format.ts";
import { type Point, ROLE_WORDS } from "../shared/sweep/plan.ts";
import { type Group, type MetricId, metricOf, type PointResult } from "../shared/sweep/results.ts";
import type { PointSet } from "../shared/sweep/sweep-file.ts";
import { setWords } from "../shared/sweep/variation.ts";

const percent = (value: number): string => (100 * value).toFixed(1);

const configurationWords = (set: PointSet, role: Point["role"]): string =>
  role === "grid" ? setWords(set) : `${ROLE_WORDS[role]}: ${setWords(set)}`;

/** `3 of 18: repeat.k = 4, seed 1: test accuracy 91.2%, 3 s`. */
export function runLine(point: Point, total: number, result: PointResult): string {
  const what = `${point.index + 1} of ${total}: ${configurationWords(point.set, point.role)}, seed ${point.seed}`;
  if (result.error !== null) return `${what}: failed: ${result.error}`;
  const metrics = { "test.accuracy": "test", "validation.accuracy": "validation" } as const;
  const scores = (Object.keys(metrics) as (keyof typeof metrics)[]).flatMap((id) => {
    const value = metricOf(result, id);
    return value === null ? [] : [`${metrics[id]} accuracy ${percent(value)}%`];
  });
  const { totalMs } = result.timing;
  const time = totalMs < 10_000 ? formatMilliseconds(totalMs) : formatDuration(totalMs);
  return `${what}: ${[...scores, time].join(", ")}`;
}

const COLUMNS: readonly [MetricId, string][] = [
  ["validation.accuracy", "validation"],
  ["test.accuracy", "test"],
  ["testPooled.accuracy", "pooled"],
];

/** Accuracy of every configuration in percent, mean ± sd over its seeds. */
export function groupsText(groups: readonly Group[]): string {
  const rows = groups.map(({ configuration: { set, role }, mean, sd, finished, planned }) => [
    configurationWords(set, role),
    ...COLUMNS.map(([id]) => {
      const [centre, spread] = [mean[id], sd[id]];
      if (centre === null) return "–";
      return spread === null ? percent(centre) : `${percent(centre)} ± ${percent(spread)}`;
    }),
    finished === planned ? `${planned}` : `${finished} of ${planned}`,
  ]);
  const table = [["accuracy %, mean ± sd", ...COLUMNS.map(([, title]) => title), "seeds"], ...rows];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => (row[i] as string).length))) ?? [];
  const pad = (cell: string, i: number): string =>
    i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number);
  return table.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
