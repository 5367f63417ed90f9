import { type PointerEvent, useState } from "react";
import {
  CartesianGrid,
  LineChart as Chart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  usePlotArea,
  XAxis,
  YAxis,
} from "recharts";
import { formatCount, formatTick } from "../ui/format.ts";
import type { Axis } from "./axis.ts";
import { endLabels } from "./end-labels.ts";
import type { Point, Series } from "./series.ts";

interface Props {
  series: readonly Series[];
  x: Axis;
  y: Axis;
  /** A level to compare with, such as always guessing the most frequent class. */
  reference: { y: number; name: string } | null;
  label: string;
  format: (value: number) => string;
  /** What stands before x where a place is read off. */
  xName?: string;
}

const HEIGHT = 196;
const MARGIN = { top: 8, right: 8, bottom: 22, left: 38 } as const;
const LABEL_GAP = 17;

/** Lines with their names at their right ends, and bands around them; pointing at them reads off the nearest place. */
export function LineChart({ series, x, y, reference, label, format, xName = "epoch" }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const labels = endLabels(series, y, plotHeight, LABEL_GAP);
  const move = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    setAt(share < 0 || share > 1 ? null : nearest(series, x.min + share * (x.max - x.min)));
  };
  return (
    <div className="line-chart">
      <div className="plot" onPointerMove={move} onPointerLeave={() => setAt(null)} role="img" aria-label={label}>
        {/* The drawing is one picture with one name: its groups would else be unnamed stops of the Tab key. */}
        <div inert>
          <ResponsiveContainer width="100%" height={HEIGHT} debounce={50}>
            <Chart margin={{ ...MARGIN, left: 0, bottom: 0 }} accessibilityLayer={false}>
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="x"
                type="number"
                domain={[x.min, x.max]}
                ticks={[...x.ticks]}
                height={MARGIN.bottom}
                tickFormatter={formatTick}
                tickLine={false}
                axisLine={{ stroke: "var(--line-strong)" }}
                allowDataOverflow
              />
              <YAxis
                type="number"
                domain={[y.min, y.max]}
                ticks={[...y.ticks]}
                width={MARGIN.left}
                tickFormatter={formatTick}
                tickLine={false}
                axisLine={false}
                allowDataOverflow
              />
              {reference && <ReferenceLine y={reference.y} stroke="var(--ink-3)" strokeDasharray="1 4" />}
              {at !== null && <ReferenceLine x={at} stroke="var(--line-control)" strokeDasharray="2 3" />}
              {series.map((one) => one.band && <Band key={`${one.id} band`} series={one} x={x} y={y} />)}
              {series.map((one) => (
                <Line
                  key={one.id}
                  data={one.points as Point[]}
                  dataKey="y"
                  type="linear"
                  stroke={`var(--series-${one.hue})`}
                  strokeWidth={one.faint ? 1 : 1.8}
                  strokeOpacity={one.faint ? 0.35 : 1}
                  strokeDasharray={one.dash}
                  dot={one.points.length === 1 ? { r: 2.5, strokeWidth: 0, fill: `var(--series-${one.hue})` } : false}
                  activeDot={false}
                  isAnimationActive={false}
                />
              ))}
            </Chart>
          </ResponsiveContainer>
        </div>
        {reference && (
          <span className="reference" style={{ top: MARGIN.top + plotHeight * (1 - share(reference.y, y)) }}>
            {reference.name}
          </span>
        )}
        {at !== null && <Readout series={series} x={x} at={at} format={format} xName={xName} />}
      </div>
      <ul className="ends">
        {labels.map(({ series: one, value, y: top }) => (
          <li key={one.id} style={{ top: MARGIN.top + top }}>
            <Swatch series={one} />
            <span className="name" title={one.name}>
              {one.name}
            </span>{" "}
            <b>{format(value)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

const share = (value: number, axis: Axis): number => (value - axis.min) / (axis.max - axis.min);

function Swatch({ series }: { series: Series }) {
  return (
    <svg className="swatch" viewBox="0 0 18 4" aria-hidden="true">
      <line x1="0" x2="18" y1="2" y2="2" stroke={`var(--series-${series.hue})`} strokeDasharray={series.dash} />
    </svg>
  );
}

/** The area between the ends of a line's spread, cut off at the ends of the axes. */
function Band({ series, x, y }: { series: Series; x: Axis; y: Axis }) {
  const plot = usePlotArea();
  if (!plot || !series.band || series.band.length < 2) return null;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const place = (at: number, value: number): string =>
    `${plot.x + plot.width * clamp(share(at, x))},${plot.y + plot.height * (1 - clamp(share(value, y)))}`;
  const upper = series.band.map((spread) => place(spread.x, spread.high));
  const lower = series.band.toReversed().map((spread) => place(spread.x, spread.low));
  return <path d={`M${[...upper, ...lower].join("L")}Z`} fill={`var(--series-${series.hue})`} fillOpacity={0.16} />;
}

interface ReadoutProps {
  series: readonly Series[];
  x: Axis;
  at: number;
  format: Props["format"];
  xName: string;
}

function Readout({ series, x, at, format, xName }: ReadoutProps) {
  const where = share(at, x);
  const rows = series
    .filter((one) => !one.faint)
    .flatMap((one) => {
      const point = one.points.find((candidate) => candidate.x === at);
      return point ? [{ one, y: point.y }] : [];
    });
  const left = `calc(${MARGIN.left}px + ${where} * (100% - ${MARGIN.left + MARGIN.right}px))`;
  return (
    <div className={where > 0.5 ? "readout before" : "readout"} style={{ left }}>
      <span>
        {xName} {formatCount(at)}
      </span>
      {rows.map(({ one, y }) => (
        <span key={one.id}>
          <Swatch series={one} /> {one.name} <b>{format(y)}</b>
        </span>
      ))}
    </div>
  );
}

/** The x of the labelled point nearest to where the pointer is. */
function nearest(series: readonly Series[], wanted: number): number | null {
  let best: number | null = null;
  for (const one of series) {
    if (one.faint) continue;
    for (const { x } of one.points) if (best === null || Math.abs(x - wanted) < Math.abs(best - wanted)) best = x;
  }
  return best;
}
