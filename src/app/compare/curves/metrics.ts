import type { EpochRecord } from "../../../shared/run-record.ts";

/** What can be drawn over training. `better`: which way is good. */
export const METRICS = [
  { id: "validationAccuracy", label: "accuracy", words: "validation accuracy", better: "high" },
  { id: "validationMacroF1", label: "macro F1", words: "validation macro F1", better: "high" },
  { id: "validationLoss", label: "val. loss", words: "validation loss", better: "low" },
  { id: "trainLoss", label: "train loss", words: "training loss", better: "low" },
] as const;
export type Metric = (typeof METRICS)[number];
export type MetricId = Metric["id"];

/** What curves can be drawn over: each run's own epochs, or what they cost. */
export const AXES = [
  { value: "epoch", label: "epochs" },
  { value: "passes", label: "passes" },
] as const;
export type AxisId = (typeof AXES)[number]["value"];

export const metricById = (id: MetricId): Metric => METRICS.find((metric) => metric.id === id) ?? METRICS[0];

/** The value of a metric after an epoch; null where there is none or it is no number any more. */
export function metricValue(epoch: EpochRecord, id: MetricId): number | null {
  const value = epoch[id];
  return value === null || !Number.isFinite(value) ? null : value;
}
