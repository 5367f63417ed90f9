import type { Measured } from "./measure.ts";
import type { EngineId, WorkloadId } from "./protocol.ts";

export interface Goal {
  readonly goal: string;
  readonly limit: string;
  /** What was measured; null where a side of the comparison could not run. */
  readonly value: number | null;
  readonly passed: boolean;
}

export const atLeast = (goal: string, value: number | null, least: number, aim?: number): Goal => ({
  goal,
  limit: aim === undefined ? `at least ${least}` : `at least ${least}, aim ${aim}`,
  value,
  passed: value !== null && value >= least,
});

export const atMost = (goal: string, value: number | null, most: number, aim?: number): Goal => ({
  goal,
  limit: aim === undefined ? `at most ${most}` : `at most ${most}, aim ${aim}`,
  value,
  passed: value !== null && value <= most,
});

/** A figure that nothing is demanded of. */
export const reported = (goal: string, value: number | null, aim?: number): Goal => ({
  goal,
  limit: aim === undefined ? "reported" : `reported, aim ${aim}`,
  value,
  passed: true,
});

export const find = (
  rows: readonly Measured[],
  workload: WorkloadId,
  k: number,
  engine: EngineId,
): Measured | undefined => rows.find((row) => row.workload === workload && row.k === k && row.engine === engine);
