import type { Experiment } from "../../../shared/experiment.ts";
import type { EpochRecord } from "../../../shared/run-record.ts";
import { summariseSeeds } from "../../../shared/statistics/summarise-seeds.ts";
import type { Side } from "../sides.ts";
import { type AxisId, type MetricId, metricValue } from "./metrics.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One place of a curve: the mean over runs, and their sample standard deviation where there are two seeds and more. */
export interface CurvePoint {
  readonly x: number;
  readonly mean: number;
  readonly sd: number | null;
}

/** A side over its training. */
export interface Curve {
  readonly side: Side;
  readonly points: readonly CurvePoint[];
  /** Runs whose epochs are known, and the distinct seeds among them. */
  readonly runs: number;
  readonly seeds: number;
  /** Some runs went on for longer than the mean of all can be drawn. */
  readonly cut: boolean;
}

/** A run's own line. Forward passes until the end of an epoch: steps * batch size * K. */
export function runLine(
  { batchSize, repeat }: Pick<Experiment, "batchSize" | "repeat">,
  epochs: readonly EpochRecord[],
  metric: MetricId,
  axis: AxisId,
): Point[] {
  return epochs.flatMap((epoch) => {
    const y = metricValue(epoch, metric);
    return y === null ? [] : [{ x: axis === "epoch" ? epoch.epoch : epoch.step * batchSize * repeat.k, y }];
  });
}

/**
 * Mean and sd of lines over the range that all of them cover, at the places of the densest; a line between two of its
 * points is straight. Beyond the end of the shortest a mean would be one of fewer and other runs.
 */
export function meanCurve(lines: readonly (readonly Point[])[], seeds: number): CurvePoint[] {
  if (lines.length === 0 || lines.some((line) => line.length === 0)) return [];
  const from = Math.max(...lines.map((line) => line[0]?.x ?? 0));
  const to = Math.min(...lines.map((line) => line.at(-1)?.x ?? 0));
  const densest = lines.reduce((most, line) => (line.length > most.length ? line : most));
  return densest
    .filter(({ x }) => x >= from && x <= to)
    .map(({ x }) => {
      const { mean, sd } = summariseSeeds(lines.map((line) => at(line, x)));
      return { x, mean, sd: seeds > 1 ? sd : null };
    });
}

/** The line's value at a place within its range. */
function at(line: readonly Point[], x: number): number {
  const after = line.findIndex((point) => point.x >= x);
  const [left, right] = [line[Math.max(0, after - 1)], line[after]];
  if (!left || !right || right.x === x || left.x === right.x) return (right ?? left)?.y ?? 0;
  return left.y + ((x - left.x) / (right.x - left.x)) * (right.y - left.y);
}

/** A side's curve, of those of its runs whose epochs are known. */
export function curveOf(
  side: Side,
  epochsOf: (runId: string) => readonly EpochRecord[],
  metric: MetricId,
  axis: AxisId,
): Curve {
  const known = side.runs
    .map((run) => ({ run, line: runLine(run.experiment, epochsOf(run.runId), metric, axis) }))
    .filter(({ line }) => line.length > 0);
  const seeds = new Set(known.map(({ run }) => run.experiment.seed)).size;
  const lines = known.map(({ line }) => line);
  const points = meanCurve(lines, seeds);
  const end = points.at(-1)?.x ?? 0;
  return { side, points, runs: known.length, seeds, cut: lines.some((line) => (line.at(-1)?.x ?? 0) > end) };
}
