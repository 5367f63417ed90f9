import { type PointerEvent, useId, useRef, useState } from "react";
import type { BoundaryResult } from "../../shared/method-calls.ts";
import { formatNumber, plural } from "../ui/format.ts";
import { useWidth } from "../ui/use-room.ts";
import { nearestPoint, ticksWithin } from "./boundary-figures.ts";
import { hueOf, markerOf } from "./markers.ts";
import { Regions } from "./Regions.tsx";

const HEIGHT = 320;
const MARGIN = { top: 6, right: 8, bottom: 36, left: 52 } as const;
const REACH = 14;

interface Props {
  result: BoundaryResult;
  names: readonly string[];
  label: string;
}

/** Regions by class, the training points on them, and about the chosen point its noisy copies. */
export function BoundaryPlot({ result, names, label }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const [hovered, setHovered] = useState<number | null>(null);
  /** By a press or by the slider; stays when the pointer goes. */
  const [chosen, setChosen] = useState<number | null>(null);
  const { x, y, points, k } = result;
  const plot = { width: Math.max(80, width - MARGIN.left - MARGIN.right), height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const toX = (value: number) => MARGIN.left + ((value - x.min) / (x.max - x.min)) * plot.width;
  const toY = (value: number) => MARGIN.top + (1 - (value - y.min) / (y.max - y.min)) * plot.height;
  const places = points.map((point) => ({ x: toX(point.x), y: toY(point.y) }));
  const shown = hovered ?? chosen;
  const at = shown !== null && shown < points.length ? shown : null;
  const under = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestPoint(places, { x: event.clientX - box.left, y: event.clientY - box.top }, REACH);
  };
  return (
    <>
      <div
        ref={room}
        className="method-chart boundary"
        style={{ height: HEIGHT }}
        role="img"
        aria-label={label}
        onPointerMove={(event) => setHovered(under(event))}
        onPointerDown={(event) => setChosen(under(event))}
        onPointerLeave={() => setHovered(null)}
      >
        {width > 0 && (
          <>
            <Regions
              result={result}
              numClasses={names.length}
              style={{ left: MARGIN.left, top: MARGIN.top, ...plot }}
            />
            <svg width={width} height={HEIGHT} aria-hidden="true">
              <rect className="frame" x={MARGIN.left} y={MARGIN.top} {...plot} />
              {ticksWithin(x.min, x.max, Math.min(8, plot.width / 70)).map((tick) => (
                <text key={tick} x={toX(tick)} y={MARGIN.top + plot.height + 14} textAnchor="middle">
                  {formatNumber(tick)}
                </text>
              ))}
              {ticksWithin(y.min, y.max, 6).map((tick) => (
                <text key={tick} x={MARGIN.left - 6} y={toY(tick)} dy="0.32em" textAnchor="end">
                  {formatNumber(tick)}
                </text>
              ))}
              <text className="axis" x={MARGIN.left + plot.width / 2} y={HEIGHT - 5} textAnchor="middle">
                {x.column}
              </text>
              <text
                className="axis"
                transform={`translate(12 ${MARGIN.top + plot.height / 2}) rotate(-90)`}
                textAnchor="middle"
              >
                {y.column}
              </text>
              {points.map(({ item, truth, predicted }, i) => (
                <path
                  key={item}
                  className={predicted === truth ? "point" : "point wrong"}
                  style={{ "--hue": `var(--series-${hueOf(truth)})` }}
                  d={markerOf(truth, places[i]?.x ?? 0, places[i]?.y ?? 0)}
                />
              ))}
              {at !== null && <Copies result={result} index={at} toX={toX} toY={toY} />}
            </svg>
          </>
        )}
      </div>
      <Legend names={names} />
      <PointSlider result={result} names={names} chosen={at} onChange={setChosen} k={k} />
    </>
  );
}

interface CopiesProps {
  result: BoundaryResult;
  index: number;
  toX: (value: number) => number;
  toY: (value: number) => number;
}

/** The K places to which the noise moves a point, each tied to it. */
function Copies({ result: { points, copies, k }, index, toX, toY }: CopiesProps) {
  const from = points[index];
  if (!from) return null;
  const ends = Array.from({ length: k }, (_, r) => {
    const at = 2 * (index * k + r);
    return { x: toX(copies[at] ?? 0), y: toY(copies[at + 1] ?? 0) };
  });
  return (
    <g className="copies">
      {ends.map((end, r) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a copy is its repeat, numbered from 0
        <g key={r}>
          <line x1={toX(from.x)} y1={toY(from.y)} x2={end.x} y2={end.y} />
          <circle cx={end.x} cy={end.y} r={2.5} />
        </g>
      ))}
      <path className="chosen" d={markerOf(from.truth, toX(from.x), toY(from.y))} />
    </g>
  );
}

function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className="method-legend">
      {names.map((name, c) => (
        <li key={name}>
          <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            <path className="point" style={{ "--hue": `var(--series-${hueOf(c)})` }} d={markerOf(c, 6, 6)} />
          </svg>
          {name}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path className="point wrong" style={{ "--hue": "var(--panel)" }} d={markerOf(0, 6, 6)} />
        </svg>
        in another class's region
      </li>
    </ul>
  );
}

interface SliderProps {
  result: BoundaryResult;
  names: readonly string[];
  chosen: number | null;
  onChange: (index: number | null) => void;
  k: number;
}

/** Goes through the points by keyboard, and says of each what pointing at it shows. */
function PointSlider({ result, names, chosen, onChange, k }: SliderProps) {
  const id = useId();
  const { points, x, y } = result;
  const point = chosen === null ? null : points[chosen];
  const words = point
    ? `${names[point.truth]} at ${x.column} ${formatNumber(Number(point.x.toPrecision(4)))}, ${y.column} ${formatNumber(Number(point.y.toPrecision(4)))}, in the region of ${names[point.predicted]}, with its ${plural(k, "noisy copy", "noisy copies")}`
    : "Point at an item, or slide, to see its noisy copies.";
  return (
    <div className="point-slider">
      <label htmlFor={id}>Point</label>
      <input
        id={id}
        type="range"
        className="slider"
        min={0}
        max={points.length}
        value={chosen === null ? 0 : chosen + 1}
        style={{ "--filled": `${(100 * (chosen === null ? 0 : chosen + 1)) / Math.max(1, points.length)}%` }}
        aria-valuetext={words}
        onChange={(event) => onChange(Number(event.target.value) === 0 ? null : Number(event.target.value) - 1)}
      />
      <span className="hint">{words}</span>
    </div>
  );
}
