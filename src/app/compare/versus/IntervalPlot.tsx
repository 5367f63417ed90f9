import type { Difference } from "../../../shared/statistics/comparison/comparison.ts";
import type { IntervalScale } from "./interval-scale.ts";

/** An interval as a line with its estimate as a dot. One that leaves out 0 stands out. */
export function IntervalPlot({ difference, scale }: { difference: Difference; scale: IntervalScale }) {
  const [low, high] = difference.interval;
  const [from, to, at] = [low, high, difference.difference].map((value) => `${scale.place(value).toFixed(2)}%`);
  return (
    <svg aria-hidden="true" className={low > 0 || high < 0 ? "interval-plot clear" : "interval-plot"}>
      <line className="zero" x1="50%" x2="50%" y1="0" y2="100%" />
      <line className="range" x1={from} x2={to} y1="50%" y2="50%" />
      <line className="cap" x1={from} x2={from} y1="34%" y2="66%" />
      <line className="cap" x1={to} x2={to} y1="34%" y2="66%" />
      <circle cx={at} cy="50%" r="4" />
    </svg>
  );
}
