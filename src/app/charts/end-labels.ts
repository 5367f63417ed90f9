import type { Axis } from "./axis.ts";
import type { Series } from "./series.ts";

export interface EndLabel {
  series: Series;
  value: number;
  /** Distance of its middle from the top of the plot, in pixels. */
  y: number;
}

/**
 * Labels at the right end of each line, moved apart so that none covers another: each as near to its line as the
 * order and the gap allow.
 */
export function endLabels(series: readonly Series[], axis: Axis, height: number, gap: number): EndLabel[] {
  const labels = series
    .filter(({ faint, points }) => !faint && points.length > 0)
    .map((one): EndLabel => {
      const value = one.points.at(-1)?.y ?? 0;
      const share = (Math.min(axis.max, Math.max(axis.min, value)) - axis.min) / (axis.max - axis.min);
      return { series: one, value, y: (1 - share) * height };
    })
    .sort((a, b) => a.y - b.y);
  let floor = 0;
  for (const label of labels) {
    label.y = Math.max(label.y, floor);
    floor = label.y + gap;
  }
  let ceiling = height;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, ceiling);
    ceiling = label.y - gap;
  }
  return labels;
}
