import { niceAxis } from "../../charts/axis.ts";

/** Places on an axis with 0 in its middle, in percent of its width. */
export interface IntervalScale {
  /** Where the axis ends on either side, as a share. */
  readonly end: number;
  place(difference: number): number;
}

/** Ends nearer to 0 would make chance look like a difference. */
const LEAST = 0.02;

/** An axis that holds all the intervals; both of its sides are equally long, so that a lead looks the same either way. */
export function intervalScale(intervals: readonly (readonly [low: number, high: number])[]): IntervalScale {
  const most = Math.max(LEAST, ...intervals.flat().map(Math.abs));
  const end = niceAxis(0, most, 4).max;
  return { end, place: (difference) => 50 + (50 * Math.min(end, Math.max(-end, difference))) / end };
}

/** `+2.9`, `−1.4`, `0.0`: points of a hundred, with a sign. */
export function signedPoints(difference: number): string {
  const points = (100 * Math.abs(difference)).toFixed(1);
  if (points === "0.0") return points;
  return `${difference > 0 ? "+" : "−"}${points}`;
}
