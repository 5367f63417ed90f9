import type { Comparison, Difference } from "../../../shared/statistics/comparison.ts";
import { formatPercent } from "../../ui/format.ts";
import { type IntervalScale, intervalScale, signedPoints } from "./interval-scale.ts";

/** The scores of both sides, and how far they differ: B - A with its 95% interval, drawn around 0. */
export function DifferenceTable({ comparison: { accuracy, macroF1 } }: { comparison: Comparison }) {
  if (!accuracy || !macroF1) return null;
  const scale = intervalScale([accuracy.interval, macroF1.interval]);
  return (
    <table className="differences">
      <caption className="sr-only">Scores of A and B, and their difference with its 95% interval, in points</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">B − A</th>
          <th scope="col">95% interval</th>
          <th scope="col" className="drawn">
            <span className="ends-of-axis">
              <span>← A better</span>
              <span>0</span>
              <span>B better →</span>
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        <Row name="accuracy" difference={accuracy} scale={scale} />
        <Row name="macro F1" difference={macroF1} scale={scale} />
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={5} />
          <td className="drawn" aria-hidden="true">
            <span className="ends-of-axis">
              <span>{signedPoints(-scale.end)}</span>
              <span>{signedPoints(scale.end)}</span>
            </span>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function Row({ name, difference, scale }: { name: string; difference: Difference; scale: IntervalScale }) {
  const { a, b, difference: gap, interval } = difference;
  const [low, high] = interval;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{formatPercent(a)}</td>
      <td>{formatPercent(b)}</td>
      <td className="gap">{signedPoints(gap)}</td>
      <td>
        {signedPoints(low)} to {signedPoints(high)}
      </td>
      <td className="drawn">
        <IntervalPlot gap={gap} interval={interval} scale={scale} />
      </td>
    </tr>
  );
}

/** An interval as a line with its estimate as a dot; the figures beside it say the same. */
function IntervalPlot({ gap, interval: [low, high], scale }: Pick<Props, "gap" | "interval" | "scale">) {
  const [from, to, at] = [low, high, gap].map((value) => `${scale.place(value).toFixed(2)}%`);
  const clear = low > 0 || high < 0;
  return (
    <svg className={clear ? "interval-plot clear" : "interval-plot"} aria-hidden="true">
      <line className="axis" x1="0" x2="100%" y1="50%" y2="50%" />
      <line className="zero" x1="50%" x2="50%" y1="0" y2="100%" />
      <line className="range" x1={from} x2={to} y1="50%" y2="50%" />
      <line className="cap" x1={from} x2={from} y1="30%" y2="70%" />
      <line className="cap" x1={to} x2={to} y1="30%" y2="70%" />
      <circle cx={at} cy="50%" r="4" />
    </svg>
  );
}

interface Props {
  gap: number;
  interval: readonly [low: number, high: number];
  scale: IntervalScale;
}
