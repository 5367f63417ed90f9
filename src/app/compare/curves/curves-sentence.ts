import { objectiveWords } from "../../../shared/objective-words.ts";
import { formatCount, formatLoss, formatPercent, plural } from "../../ui/format.ts";
import type { Curve, CurvePoint } from "./curve.ts";
import type { AxisId, Metric } from "./metrics.ts";

export const formatMetric = (metric: Metric): ((value: number) => string) =>
  metric.better === "high" ? formatPercent : formatLoss;

/** `93.1% ± 0.8 over 3 seeds`, `93.1%, one seed`. */
function standing({ mean, sd }: CurvePoint, { seeds }: Curve, metric: Metric): string {
  const value = formatMetric(metric)(mean);
  if (sd === null) return `${value}, one seed`;
  const spread = metric.better === "high" ? (100 * sd).toFixed(1) : formatLoss(sd);
  return `${value} ± ${spread} over ${plural(seeds, "seed")}`;
}

/**
 * Who stands best at the last place that all have reached, so that no side is helped by more training than another had;
 * over passes that is at equal compute.
 */
export function curvesSentence(curves: readonly Curve[], metric: Metric, axis: AxisId): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return `No ${metric.words} is known of the chosen runs.`;
  const end = Math.min(...drawn.map(({ points }) => points.at(-1)?.x ?? 0));
  const there = drawn.flatMap((curve) => {
    const point = curve.points.findLast(({ x }) => x <= end);
    return point ? [{ curve, point }] : [];
  });
  const where = axis === "epoch" ? `After epoch ${formatCount(end)}` : `At ${formatCount(end)} passes`;
  const sorted = there.toSorted((a, b) =>
    metric.better === "high" ? b.point.mean - a.point.mean : a.point.mean - b.point.mean,
  );
  const [best, next] = sorted;
  if (!best) return "These runs have no place in common.";
  const lead = `${where}, ${best.curve.side.name} has ${article(metric)} ${metric.words} (${standing(best.point, best.curve, metric)})`;
  const second = next ? `, then ${next.curve.side.name} (${standing(next.point, next.curve, metric)})` : "";
  return `${lead}${second}.${remarks(drawn, metric)}`;
}

const article = ({ better }: Metric): string => (better === "high" ? "the highest" : "the lowest");

function remarks(curves: readonly Curve[], metric: Metric): string {
  const objectives = new Set(
    curves.flatMap(({ side }) => side.runs.map(({ experiment }) => objectiveWords(experiment))),
  );
  const counts = new Set(curves.map(({ seeds }) => seeds));
  return [
    metric.better === "low" && objectives.size > 1 ? " Losses of different objectives cannot be compared." : "",
    counts.size > 1 ? " The lines stand on unequal numbers of seeds." : "",
    curves.some(({ cut }) => cut) ? " A mean ends with its shortest run." : "",
  ].join("");
}
