import type { Comparison, Difference } from "../../../shared/statistics/comparison/comparison.ts";
import { formatPercent } from "../../ui/format.ts";
import { IntervalPlot } from "./IntervalPlot.tsx";
import { intervalScale, signedPoints } from "./interval-scale.ts";

/** The scores of both sides, and how far they differ: B - A with its 95% interval, drawn around 0 beside it. */
export function DifferenceTable({ comparison: { accuracy, macroF1 } }: { comparison: Comparison }) {
  if (!accuracy || !macroF1) return null;
  const scale = intervalScale([accuracy.interval, macroF1.interval]);
  return (
    <div className="scores">
      <table className="differences">
        <caption className="sr-only">Scores of A and B, and their difference with its 95% interval, in points</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">B − A</th>
            <th scope="col">95% interval</th>
          </tr>
        </thead>
        <tbody>
          <Row name="accuracy" difference={accuracy} />
          <Row name="macro F1" difference={macroF1} />
        </tbody>
      </table>
      {/* The table says the same. */}
      <div className="intervals" aria-hidden="true">
        <span className="ends-of-axis">
          <span>← A better</span>
          <span>B better →</span>
        </span>
        <IntervalPlot difference={accuracy} scale={scale} />
        <IntervalPlot difference={macroF1} scale={scale} />
        <span className="ends-of-axis">
          <span>{signedPoints(-scale.end)}</span>
          <span>0</span>
          <span>{signedPoints(scale.end)}</span>
        </span>
      </div>
    </div>
  );
}

function Row({ name, difference }: { name: string; difference: Difference }) {
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
    </tr>
  );
}
