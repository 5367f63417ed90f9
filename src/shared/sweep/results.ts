import type { RunFigures, TestScores } from "../kept/run-entry.ts";
import type { RunRecord, RunStatus } from "../run-record.ts";
import { summariseSeeds } from "../statistics/summarise-seeds.ts";
import type { Configuration, SweepPlan } from "./plan.ts";

/** Scores on the validation items in one clean pass, as the last epoch left them. */
export interface ValidationScores {
  readonly loss: number | null;
  readonly accuracy: number | null;
  readonly macroF1: number | null;
}

/** What became of a point. */
export interface PointResult {
  readonly status: RunStatus;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
  readonly epochs: number;
  /** Forward passes of training that it took. */
  readonly passes: number;
  readonly validation: ValidationScores | null;
  /** One clean pass; null without a test set, or where it failed. */
  readonly test: TestScores | null;
  /** K' passes pooled with f'. */
  readonly testPooled: TestScores | null;
  readonly timing: Pick<RunRecord["timing"], "totalMs" | "msPerStep">;
  /** Backend it trained on; null where it did not come so far. */
  readonly backend: string | null;
  /** Identity of the data set; null where it did not come so far. */
  readonly sha256: string | null;
}

export function resultOf(status: RunStatus, figures: RunFigures): PointResult {
  const { validationLoss, validationAccuracy, validationMacroF1, backend, dataset } = figures;
  return {
    status,
    error: null,
    epochs: figures.epochs,
    passes: figures.passes,
    validation:
      dataset.validation === 0
        ? null
        : { loss: validationLoss, accuracy: validationAccuracy, macroF1: validationMacroF1 },
    test: figures.test,
    testPooled: figures.testPooled,
    timing: { totalMs: figures.totalMs, msPerStep: figures.msPerStep },
    backend: backend.adapter ? `${backend.name} on ${backend.adapter}` : backend.name,
    sha256: dataset.sha256,
  };
}

/** A point that came to nothing. */
export const failedResult = (error: string): PointResult => ({
  status: "failed",
  error,
  epochs: 0,
  passes: 0,
  validation: null,
  test: null,
  testPooled: null,
  timing: { totalMs: 0, msPerStep: 0 },
  backend: null,
  sha256: null,
});

/** Results by the number of their point. */
export type Results = ReadonlyMap<number, PointResult>;

/** Figures by which configurations are compared; `better` says which way is up. */
export const METRICS = {
  "validation.accuracy": { label: "validation accuracy", unit: "share", better: "higher" },
  "validation.macroF1": { label: "validation macro F1", unit: "share", better: "higher" },
  "validation.loss": { label: "validation loss", unit: "loss", better: "lower" },
  "test.accuracy": { label: "test accuracy", unit: "share", better: "higher" },
  "test.macroF1": { label: "test macro F1", unit: "share", better: "higher" },
  "test.loss": { label: "test cross-entropy", unit: "loss", better: "lower" },
  "test.expectedCalibrationError": { label: "test calibration error", unit: "share", better: "lower" },
  "testPooled.accuracy": { label: "test accuracy, pooled", unit: "share", better: "higher" },
  "testPooled.macroF1": { label: "test macro F1, pooled", unit: "share", better: "higher" },
  "testPooled.loss": { label: "test cross-entropy, pooled", unit: "loss", better: "lower" },
  "testPooled.expectedCalibrationError": { label: "test calibration error, pooled", unit: "share", better: "lower" },
  passes: { label: "forward passes", unit: "count", better: "lower" },
  "timing.totalMs": { label: "time", unit: "ms", better: "lower" },
} as const;
export type MetricId = keyof typeof METRICS;
export const METRIC_IDS = Object.keys(METRICS) as MetricId[];

/** A figure of a result; null where it has none. */
export function metricOf(result: PointResult, id: MetricId): number | null {
  const [part, name] = id.split(".") as [keyof PointResult, string | undefined];
  const value = result[part];
  const inner = name === undefined ? value : (value as Record<string, unknown> | null)?.[name];
  return typeof inner === "number" && Number.isFinite(inner) ? inner : null;
}

/** A configuration over its seeds. */
export interface Group {
  readonly configuration: Configuration;
  /** Seeds that were planned, and those that have finished: figures are of the latter. */
  readonly planned: number;
  readonly finished: number;
  readonly failed: number;
  /** Mean over the finished seeds; null where none has the figure. */
  readonly mean: Readonly<Record<MetricId, number | null>>;
  /** Sample standard deviation, n - 1 below the line; null with fewer than two. */
  readonly sd: Readonly<Record<MetricId, number | null>>;
}

/** Mean and standard deviation of every metric over the seeds of each configuration, in the order of the plan. */
export function groupsOf({ configurations, points }: SweepPlan, results: Results): Group[] {
  const own = configurations.map((): { planned: number; failed: number; finished: PointResult[] } => ({
    planned: 0,
    failed: 0,
    finished: [],
  }));
  for (const { index, configuration } of points) {
    const group = own[configuration] as (typeof own)[number];
    const result = results.get(index);
    group.planned += 1;
    if (result?.status === "finished") group.finished.push(result);
    else if (result?.status === "failed") group.failed += 1;
  }
  return configurations.map((configuration, i) => {
    const { planned, failed, finished } = own[i] as (typeof own)[number];
    const over = (statistic: "mean" | "sd") =>
      Object.fromEntries(
        METRIC_IDS.map((id) => {
          const values = finished.flatMap((result) => metricOf(result, id) ?? []);
          return [id, values.length === 0 ? null : summariseSeeds(values)[statistic]];
        }),
      ) as Group["mean"];
    return { configuration, planned, finished: finished.length, failed, mean: over("mean"), sd: over("sd") };
  });
}
