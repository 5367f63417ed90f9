import { useRef } from "react";
import type { GradientNoise } from "../../shared/method-calls.ts";
import { useWidth } from "../ui/use-room.ts";

const HEIGHT = 220;
const MARGIN = { top: 10, right: 92, bottom: 34, left: 52 } as const;

/** Variance against K, both axes logarithmic, with the line that falls as 1/K from K = 1. */
export function GradientChart({ result, label }: { result: GradientNoise; label: string }) {
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const points = result.points.filter(({ variance }) => variance > 0);
  const values = points.flatMap(({ variance, law }) => (law > 0 ? [variance, law] : [variance]));
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const last = Math.log2(points.at(-1)?.k ?? 2) || 1;
  const plotWidth = Math.max(40, width - MARGIN.left - MARGIN.right);
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (k: number) => MARGIN.left + (Math.log2(k) / last) * plotWidth;
  const y = (value: number) => MARGIN.top + ((high - Math.log10(value)) / (high - low)) * plotHeight;
  const path = (line: readonly { k: number; value: number }[]) =>
    line.map(({ k, value }, i) => `${i === 0 ? "M" : "L"}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const law = points.filter((point) => point.law > 0).map(({ k, law: value }) => ({ k, value }));
  const measured = points.map(({ k, variance }) => ({ k, value: variance }));
  const ends = [measured.at(-1), law.at(-1)].map((end) => (end ? y(end.value) : 0));
  const apart = Math.abs((ends[0] ?? 0) - (ends[1] ?? 0)) < 16 ? 8 : 0;
  const measuredAbove = (ends[0] ?? 0) <= (ends[1] ?? 0) ? -apart : apart;
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return (
    <div ref={room} className="method-chart">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {decades.map((decade) => (
            <g key={decade}>
              <line
                className="grid"
                x1={MARGIN.left}
                x2={MARGIN.left + plotWidth}
                y1={y(10 ** decade)}
                y2={y(10 ** decade)}
              />
              <text x={MARGIN.left - 6} y={y(10 ** decade)} dy="0.32em" textAnchor="end">
                10
                <tspan dy="-0.5em" className="power">
                  {decade}
                </tspan>
              </text>
            </g>
          ))}
          {points.map(({ k }) => (
            <text key={k} x={x(k)} y={HEIGHT - MARGIN.bottom + 15} textAnchor="middle">
              {k}
            </text>
          ))}
          <text x={MARGIN.left + plotWidth / 2} y={HEIGHT - 4} textAnchor="middle">
            repeats K
          </text>
          <path className="law" d={path(law)} />
          <path className="measured" d={path(measured)} />
          {points.map(({ k, variance, standardError }) => (
            <g key={k} className="mark">
              <line
                x1={x(k)}
                x2={x(k)}
                y1={y(variance + standardError)}
                y2={y(Math.max(variance - standardError, 10 ** low))}
              />
              <circle cx={x(k)} cy={y(variance)} r={3} />
            </g>
          ))}
          <text className="end" x={MARGIN.left + plotWidth + 8} y={(ends[0] ?? 0) + measuredAbove} dy="0.32em">
            measured
          </text>
          <text className="end" x={MARGIN.left + plotWidth + 8} y={(ends[1] ?? 0) - measuredAbove} dy="0.32em">
            {result.bank > 0 ? "law of the bank" : "1/K"}
          </text>
        </svg>
      )}
    </div>
  );
}
