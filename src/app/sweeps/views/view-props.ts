import type { Group, MetricId } from "../../../shared/sweep/results.ts";

/** What every view of a sweep is given. */
export interface ViewProps {
  readonly groups: readonly Group[];
  readonly metric: MetricId;
  /** Index of the configuration that stands out; null for none. */
  readonly marked: number | null;
  readonly onMark: (configuration: number | null) => void;
}
