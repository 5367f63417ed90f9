import type { StepRecord } from "../../shared/run-record.ts";
import { decimate, MAX_POINTS } from "./decimate.ts";

/** A growing series of step losses: a thinned past and the recent steps as they came. */
export interface StepSeries {
  /** At most {@link MAX_POINTS}, ready to be drawn. */
  readonly points: readonly StepRecord[];
  readonly raw: readonly StepRecord[];
}

export const EMPTY_SERIES: StepSeries = { points: [], raw: [] };

/** Above this the past is thinned for good, so that memory and work stay bounded however long a run is. */
const KEPT = 8 * MAX_POINTS;

const loss = (step: StepRecord): number => step.loss;

/** The series with more steps at its end; spikes survive as in {@link decimate}. */
export function appendSteps(series: StepSeries, steps: readonly StepRecord[]): StepSeries {
  const all = [...series.raw, ...steps];
  const raw = all.length > KEPT ? decimate(all, loss, KEPT / 2) : all;
  return { raw, points: decimate(raw, loss) };
}
