import { useRef, useState } from "react";
import { type Group, METRICS } from "../../../../shared/sweep/results.ts";
import { configurationWords } from "../../../../shared/sweep/words.ts";
import { plural } from "../../../ui/format.ts";
import { useWidth } from "../../../ui/use-room.ts";
import { bestOf, comparable } from "../../best.ts";
import { meanWords, seedsWords } from "../../words.ts";
import type { FieldAxis } from "../axes.ts";
import { axisWords } from "../configuration-rows.ts";
import { ViewCard } from "../ViewCard.tsx";
import type { ViewProps } from "../view-props.ts";
import { type Brush, type ParallelAxis, parallelAxes, passes, toggled } from "./parallel.ts";

const HEIGHT = 240;
const MARGIN = { top: 30, bottom: 16, side: 64 } as const;
/** Axes that stand closer than this would cover each other's names: then the view scrolls. */
const NARROWEST = 120;

/** Every configuration as a line over the fields that are varied to what it came to. */
export function ParallelCoordinates({
  axes,
  groups,
  metric,
  marked,
  onMark,
}: ViewProps & { axes: readonly FieldAxis[] }) {
  const [brush, setBrush] = useState<Brush>({});
  const shown = groups.filter((group) => group.mean[metric] !== null && group.configuration.role === "grid");
  const chosen = shown.filter((group) => passes(group, brush));
  const best = bestOf(chosen, metric);
  const sentence = linesSentence(shown, chosen, metric);
  return (
    <ViewCard
      title="Parallel coordinates"
      className="wide"
      sentence={sentence}
      columns={["configuration", ...axes.map(({ label }) => label), METRICS[metric].label, "seeds"]}
      rows={chosen.map((group) => [
        configurationWords(group.configuration),
        ...axes.map((axis) => axisWords(group, axis)),
        meanWords(group, metric),
        seedsWords(group),
      ])}
    >
      <Lines
        axes={parallelAxes(axes, shown, metric)}
        {...{ shown, brush, marked, onMark }}
        best={best?.configuration.index ?? null}
        label={`Parallel coordinates. ${sentence}`}
        onToggle={(path, key) => setBrush(toggled(brush, path, key))}
      />
    </ViewCard>
  );
}

function linesSentence(shown: readonly Group[], chosen: readonly Group[], metric: ViewProps["metric"]): string {
  if (shown.length === 0) return "Each configuration is drawn here when its first run has ended.";
  const best = bestOf(chosen, metric);
  if (!best) return "No line has all the values that are chosen.";
  const { groups, seeds, left } = comparable(chosen, metric);
  const which = `${plural(groups.length, chosen.length < shown.length ? "chosen line" : "line")}${left > 0 ? ` with ${plural(seeds, "seed")}` : ""}`;
  return `Of ${which} the best is ${configurationWords(best.configuration)}: ${METRICS[metric].label} ${meanWords(best, metric)}. Press a value to follow its lines.`;
}

interface LinesProps extends Pick<ViewProps, "marked" | "onMark"> {
  axes: readonly ParallelAxis[];
  shown: readonly Group[];
  brush: Brush;
  best: number | null;
  label: string;
  onToggle: (path: string, key: string) => void;
}

function Lines({ axes, shown, brush, best, label, marked, onMark, onToggle }: LinesProps) {
  const room = useRef<HTMLElement>(null);
  const width = Math.max(useWidth(room), 2 * MARGIN.side + (axes.length - 1) * NARROWEST);
  const step = (width - 2 * MARGIN.side) / Math.max(1, axes.length - 1);
  const x = (index: number): number => MARGIN.side + index * step;
  const y = (at: number): number => MARGIN.top + (1 - at) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const path = (group: Group): string =>
    axes
      .flatMap((axis, i) => {
        const at = axis.at(group);
        return at === null ? [] : [`${x(i).toFixed(1)} ${y(at).toFixed(1)}`];
      })
      .map((point, i) => `${i === 0 ? "M" : "L"}${point}`)
      .join("");
  const rank = (group: Group): number =>
    Number(passes(group, brush)) +
    2 * Number(group.configuration.index === best) +
    4 * Number(group.configuration.index === marked);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section ref={room} className="parallel-scroll" tabIndex={0} aria-label="Parallel coordinates, axes">
      <div className="parallel" style={{ width, height: HEIGHT }}>
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {axes.map((axis, i) => (
            <line key={axis.id} className="axis" x1={x(i)} x2={x(i)} y1={y(0)} y2={y(1)} />
          ))}
          {shown
            .toSorted((a, b) => rank(a) - rank(b))
            .map((group) => {
              const { index } = group.configuration;
              const state = [
                passes(group, brush) ? "" : "faded",
                index === best ? "best" : "",
                index === marked ? "on" : "",
              ];
              return (
                <path
                  key={index}
                  className={`line ${state.join(" ")}`}
                  d={path(group)}
                  onPointerEnter={() => onMark(index)}
                />
              );
            })}
        </svg>
        {axes.map((axis, i) => (
          <Axis
            key={axis.id}
            axis={axis}
            left={x(i)}
            y={y}
            chosen={brush[axis.id] ?? []}
            onToggle={onToggle}
            isLast={i === axes.length - 1}
          />
        ))}
      </div>
    </section>
  );
}

interface AxisProps {
  axis: ParallelAxis;
  left: number;
  y: (at: number) => number;
  chosen: readonly string[];
  isLast: boolean;
  onToggle: LinesProps["onToggle"];
}

/** The axis' name and its values; a value of a field is a button that chooses the lines through it. */
function Axis({ axis, left, y, chosen, isLast, onToggle }: AxisProps) {
  return (
    <fieldset className={isLast ? "parallel-axis last" : "parallel-axis"} style={{ left }}>
      <legend>{axis.label}</legend>
      {axis.ticks.map(({ at, label, key }) =>
        key === null ? (
          <span key={label} className="tick" style={{ top: y(at) }}>
            {label}
          </span>
        ) : (
          <button
            key={label}
            type="button"
            className="tick"
            style={{ top: y(at) }}
            aria-pressed={chosen.includes(key)}
            aria-label={`${axis.label} = ${label}`}
            onClick={() => onToggle(axis.id, key)}
          >
            {label}
          </button>
        ),
      )}
    </fieldset>
  );
}
