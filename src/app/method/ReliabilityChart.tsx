import { useRef } from "react";
import type { CalibrationResult } from "../../shared/method-calls.ts";
import type { ReliabilityBin } from "../../shared/report.ts";
import { useWidth } from "../ui/use-room.ts";

const PLOT = 180;
const COUNTS = 30;
const MARGIN = { top: 8, right: 20, bottom: 34, left: 40 } as const;
const HEIGHT = MARGIN.top + PLOT + 8 + COUNTS + MARGIN.bottom;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Accuracy by stated confidence in bins, the diagonal where both agree, and below how many items a bin holds. */
export function ReliabilityChart({ result, label }: { result: CalibrationResult; label: string }) {
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const plotWidth = Math.max(60, width - MARGIN.left - MARGIN.right);
  const x = (value: number) => MARGIN.left + value * plotWidth;
  const y = (value: number) => MARGIN.top + (1 - value) * PLOT;
  const { before, after } = result;
  const most = Math.max(1, ...before.bins.map(({ count }) => count));
  const floor = MARGIN.top + PLOT + 8 + COUNTS;
  const filled = before.bins.filter(({ count }) => count > 0);
  return (
    <div ref={room} className="method-chart">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {TICKS.map((tick) => (
            <g key={tick}>
              <line className="grid" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
              <text x={MARGIN.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
                {100 * tick}%
              </text>
              <text x={x(tick)} y={floor + 14} textAnchor="middle">
                {100 * tick}%
              </text>
            </g>
          ))}
          {filled.map((bin) => (
            <g key={bin.from}>
              <rect
                className="bin"
                x={x(bin.from) + 1}
                width={plotWidth / before.bins.length - 2}
                y={y(bin.accuracy)}
                height={y(0) - y(bin.accuracy)}
              />
              <rect
                className="count"
                x={x(bin.from) + 1}
                width={plotWidth / before.bins.length - 2}
                y={floor - (COUNTS * bin.count) / most}
                height={(COUNTS * bin.count) / most}
              />
            </g>
          ))}
          <line className="ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          <Marks bins={filled} kind="before" x={x} y={y} />
          {after && <Marks bins={after.bins.filter(({ count }) => count > 0)} kind="after" x={x} y={y} />}
          <text x={x(0.5)} y={HEIGHT - 4} textAnchor="middle">
            stated confidence, with the items in each bin
          </text>
        </svg>
      )}
      <ul className="method-legend">
        <li>
          <svg viewBox="0 0 18 10" width="18" height="10" aria-hidden="true">
            <g className="before">
              <circle cx="9" cy="5" r="3.5" />
            </g>
          </svg>
          accuracy as stated
        </li>
        {after && (
          <li>
            <svg viewBox="0 0 18 10" width="18" height="10" aria-hidden="true">
              <g className="after">
                <path d={diamond(9, 5)} />
              </g>
            </svg>
            with T = {result.temperature?.toFixed(2)}
          </li>
        )}
        <li>
          <svg viewBox="0 0 18 10" width="18" height="10" aria-hidden="true">
            <line className="ideal" x1="0" x2="18" y1="5" y2="5" />
          </svg>
          as sure as right
        </li>
      </ul>
    </div>
  );
}

interface MarksProps {
  bins: readonly ReliabilityBin[];
  kind: "before" | "after";
  x: (value: number) => number;
  y: (value: number) => number;
}

/** Each bin at its mean confidence and its accuracy. */
function Marks({ bins, kind, x, y }: MarksProps) {
  return (
    <g className={kind}>
      {bins.map(({ from, confidence, accuracy }) =>
        kind === "before" ? (
          <circle key={from} cx={x(confidence)} cy={y(accuracy)} r={3.5} />
        ) : (
          <path key={from} d={diamond(x(confidence), y(accuracy))} />
        ),
      )}
    </g>
  );
}

const diamond = (x: number, y: number): string => `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z`;
