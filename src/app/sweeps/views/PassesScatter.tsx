import { useRef } from "react";
import type { PointRole, SweepPlan } from "../../../shared/sweep/plan.ts";
import { type Group, METRICS, type Results } from "../../../shared/sweep/results.ts";
import { configurationWords } from "../../../shared/sweep/words.ts";
import { useWidth } from "../../ui/use-room.ts";
import { equalComputeSentence } from "../best.ts";
import { limitsOf, meanWords, metricWords, seedsWords } from "../words.ts";
import { axisOver } from "./scale.ts";
import { ViewCard } from "./ViewCard.tsx";
import type { ViewProps } from "./view-props.ts";

const HEIGHT = 260;
const MARGIN = { top: 10, right: 16, bottom: 38, left: 46 } as const;

interface Props extends ViewProps {
  plan: SweepPlan;
  results: Results;
  hasValidation: boolean;
}

/** A metric against the forward passes of training: what a configuration gets for what it costs. */
export function PassesScatter({ plan, results, groups, metric, hasValidation, marked, onMark }: Props) {
  const shown = groups.filter((group) => group.mean[metric] !== null && group.mean.passes !== null);
  const sentence = equalComputeSentence(plan, groups, results, metric, hasValidation ? "validation.accuracy" : metric);
  const rows = shown.map((group) => [
    configurationWords(group.configuration),
    metricWords("passes", group.mean.passes),
    meanWords(group, metric),
    seedsWords(group),
  ]);
  return (
    <ViewCard
      title="Worth its passes?"
      sentence={sentence}
      columns={["configuration", "forward passes", METRICS[metric].label, "seeds"]}
      rows={rows}
    >
      {shown.length === 0 ? (
        <p className="sweep-empty">Each configuration appears here with its cost when its first run has ended.</p>
      ) : (
        <Plot
          {...{ shown, metric, marked, onMark }}
          label={`${METRICS[metric].label} by forward passes. ${sentence}`}
        />
      )}
    </ViewCard>
  );
}

interface PlotProps extends Pick<ViewProps, "metric" | "marked" | "onMark"> {
  shown: readonly Group[];
  label: string;
}

function Plot({ shown, metric, marked, onMark, label }: PlotProps) {
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const inner = {
    width: Math.max(80, width - MARGIN.left - MARGIN.right),
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const passes = axisOver(shown.map(({ mean }) => mean.passes as number));
  const ends = shown.flatMap(({ mean, sd }) => {
    const [centre, spread] = [mean[metric] as number, sd[metric] ?? 0];
    return [within(metric, centre - spread), within(metric, centre + spread)];
  });
  const values = axisOver(ends, (value) => metricWords(metric, value), limitsOf(metric));
  const x = (value: number) => MARGIN.left + passes.position(value) * inner.width;
  const y = (value: number) => MARGIN.top + (1 - values.position(value)) * inner.height;
  const marks = dodged(
    shown.map((group) => {
      const [centre, spread] = [group.mean[metric] as number, group.sd[metric]];
      const bar = spread === null ? null : [centre - spread, centre + spread].map((end) => y(within(metric, end)));
      return { group, x: x(group.mean.passes as number), y: y(centre), bar };
    }),
  );
  const at = marks.find(({ group }) => group.configuration.index === marked);
  return (
    <div ref={room} className="sweep-plot">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {values.ticks.map((tick) => (
            <g key={tick.label} transform={`translate(0 ${MARGIN.top + (1 - tick.at) * inner.height})`}>
              <line className="rule" x1={MARGIN.left} x2={MARGIN.left + inner.width} />
              <text x={MARGIN.left - 6} dy="0.32em" textAnchor="end">
                {tick.label}
              </text>
            </g>
          ))}
          {passes.ticks.map((tick) => (
            <text key={tick.label} x={MARGIN.left + tick.at * inner.width} y={HEIGHT - 22} textAnchor="middle">
              {tick.label}
            </text>
          ))}
          <text x={MARGIN.left + inner.width / 2} y={HEIGHT - 5} textAnchor="middle">
            forward passes of training
          </text>
          {marks.map(({ group, bar, ...mark }) => (
            <g
              key={group.configuration.index}
              className={`sweep-mark ${group.configuration.role}${group.configuration.index === marked ? " on" : ""}${group.sd[metric] === null ? " single" : ""}`}
              onPointerEnter={() => onMark(group.configuration.index)}
            >
              {bar && <line x1={mark.x} x2={mark.x} y1={bar[0]} y2={bar[1]} />}
              <Shape role={group.configuration.role} x={mark.x} y={mark.y} />
            </g>
          ))}
        </svg>
      )}
      <p className="sweep-readout" aria-hidden="true">
        {at
          ? `${configurationWords(at.group.configuration)}: ${meanWords(at.group, metric)}, ${seedsWords(at.group)}`
          : " "}
      </p>
      <ul className="sweep-legend">
        {(["grid", "baseline-k1", "equal-compute"] as const)
          .filter((role) => shown.some(({ configuration }) => configuration.role === role))
          .map((role) => (
            <li key={role}>
              <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
                <g className={`sweep-mark ${role}`}>
                  <Shape role={role} x={7} y={7} />
                </g>
              </svg>
              {LEGEND[role]}
            </li>
          ))}
        {shown.some(({ sd }) => sd[metric] === null) && <li>hollow: one seed, no spread known</li>}
      </ul>
    </div>
  );
}

/** A share's bar ends where shares do. */
const within = (metric: ViewProps["metric"], value: number): number => {
  const { min, max } = limitsOf(metric);
  return Math.min(max, Math.max(min, value));
};

/** Pixels between marks that would lie on each other: configurations with the same K cost the same. */
const APART = 11;

function dodged<M extends { x: number }>(marks: readonly M[]): M[] {
  const columns = new Map<number, M[]>();
  for (const mark of marks) columns.set(Math.round(mark.x), [...(columns.get(Math.round(mark.x)) ?? []), mark]);
  return [...columns.values()].flatMap((column) => {
    const gap = Math.min(APART, 66 / column.length);
    return column.map((mark, i) => ({ ...mark, x: mark.x + (i - (column.length - 1) / 2) * gap }));
  });
}

const LEGEND: Record<PointRole, string> = {
  grid: "configuration, mean ± sd",
  "baseline-k1": "K = 1, as many epochs",
  "equal-compute": "K = 1, as many passes",
};

/** Roles differ in shape as well as in hue. */
function Shape({ role, x, y }: { role: PointRole; x: number; y: number }) {
  if (role === "grid") return <circle cx={x} cy={y} r={4.5} />;
  if (role === "baseline-k1") return <rect x={x - 4} y={y - 4} width={8} height={8} />;
  return <path d={`M${x} ${y - 5.5}L${x + 5.5} ${y}L${x} ${y + 5.5}L${x - 5.5} ${y}Z`} />;
}
