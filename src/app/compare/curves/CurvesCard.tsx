import { useMemo, useState } from "react";
import { niceAxis } from "../../charts/axis.ts";
import { ChartCard } from "../../charts/ChartCard.tsx";
import { LineChart } from "../../charts/LineChart.tsx";
import type { Series } from "../../charts/series.ts";
import { decimate } from "../../stores/decimate.ts";
import { formatCount } from "../../ui/format.ts";
import { Segments } from "../../ui/Segments.tsx";
import { type Side, seedWords } from "../sides.ts";
import { useEpochs } from "../use-records.ts";
import { type Curve, curveOf } from "./curve.ts";
import { curvesSentence, formatMetric } from "./curves-sentence.ts";
import { AXES, type AxisId, METRICS, type Metric, type MetricId, metricById } from "./metrics.ts";

/** As many lines as there are series colours; more could not be told apart. */
const MAX_LINES = 6;
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "1 4", "10 4"] as const;
const METRIC_OPTIONS = METRICS.map(({ id, label }) => ({ value: id, label }));

/** The chosen runs over their training: a line a run, a mean and a band a group. */
export function CurvesCard({ sides }: { sides: readonly Side[] }) {
  const [metricId, setMetric] = useState<MetricId>("validationAccuracy");
  const [axis, setAxis] = useState<AxisId>("epoch");
  const metric = metricById(metricId);
  const drawn = useMemo(() => sides.slice(0, MAX_LINES), [sides]);
  const { epochsOf, missing } = useEpochs(drawn);
  const curves = useMemo(
    () => drawn.map((side) => curveOf(side, epochsOf, metricId, axis)),
    [drawn, epochsOf, metricId, axis],
  );
  const series = useMemo(() => curves.map(seriesOf).filter(({ points }) => points.length > 0), [curves]);
  const left = sides.length - drawn.length;
  const sentence = [
    missing > 0 ? "Reading the runs’ records…" : curvesSentence(curves, metric, axis),
    left > 0 ? ` The first ${MAX_LINES} of ${sides.length} are drawn.` : "",
  ].join("");
  return (
    <ChartCard
      title="Curves"
      controls={
        <>
          <Segments label="Metric" options={METRIC_OPTIONS} value={metricId} onChange={setMetric} />
          <Segments label="Over" options={AXES} value={axis} onChange={setAxis} />
        </>
      }
      sentence={sentence}
      empty={series.length > 0 ? null : missing > 0 ? "" : "There is no such figure to draw."}
      columns={[axis === "epoch" ? "epoch" : "passes", ...curves.map(({ side }) => side.name)]}
      rows={rowsOf(curves, metric)}
    >
      <LineChart
        series={series}
        x={xAxis(series)}
        y={yAxis(series, metric)}
        reference={null}
        label={`${metric.words} of the chosen runs. ${sentence}`}
        format={formatMetric(metric)}
        xName={axis === "epoch" ? "epoch" : "passes"}
      />
    </ChartCard>
  );
}

function seriesOf({ side, points, seeds, runs }: Curve, index: number): Series {
  const kept = decimate(points, ({ mean }) => mean);
  const isMean = runs > 1;
  return {
    id: side.key,
    name: isMean ? `${side.name}, ${seedWords({ runs: side.runs.slice(0, runs), seeds })}` : side.name,
    hue: index + 1,
    dash: DASHES[index] ?? "",
    faint: false,
    points: kept.map(({ x, mean }) => ({ x, y: mean })),
    ...(seeds > 1
      ? { band: kept.map(({ x, mean, sd }) => ({ x, low: mean - (sd ?? 0), high: mean + (sd ?? 0) })) }
      : {}),
  };
}

function xAxis(series: readonly Series[]) {
  const end = Math.max(1, ...series.map(({ points }) => points.at(-1)?.x ?? 0));
  const { ticks } = niceAxis(0, end, 6, true);
  return { min: 0, max: end, ticks: ticks.filter((tick) => tick <= end) };
}

function yAxis(series: readonly Series[], { better }: Metric) {
  const ends = series.flatMap(({ points, band }) => [
    ...points.map(({ y }) => y),
    ...(band ?? []).flatMap(({ low, high }) => [low, high]),
  ]);
  if (better === "low") return niceAxis(0, Math.max(...ends, 0) || 1, 4);
  return niceAxis(Math.floor(Math.min(0.9, ...ends) * 10) / 10, 1, 4);
}

function rowsOf(curves: readonly Curve[], metric: Metric): string[][] {
  const format = formatMetric(metric);
  const places = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const byPlace = curves.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  return decimate(places, (x) => x).map((x) => [
    formatCount(x),
    ...byPlace.map((points) => {
      const point = points.get(x);
      if (!point) return "–";
      return point.sd === null ? format(point.mean) : `${format(point.mean)} ± ${format(point.sd)}`;
    }),
  ]);
}
