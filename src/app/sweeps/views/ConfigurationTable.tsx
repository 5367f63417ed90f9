import { useId, useState } from "react";
import { type Group, METRICS, type MetricId } from "../../../shared/sweep/results.ts";
import { configurationWords } from "../../../shared/sweep/words.ts";
import { meanWords, metricWords, seedsWords } from "../words.ts";
import type { FieldAxis } from "./axes.ts";
import {
  axisWords,
  nextSorting,
  PLAN_ORDER,
  type Sorting,
  type SortKey,
  sameKey,
  sortedGroups,
} from "./configuration-rows.ts";
import type { ViewProps } from "./view-props.ts";

const METRIC_COLUMNS: readonly MetricId[] = [
  "validation.accuracy",
  "test.accuracy",
  "testPooled.accuracy",
  "test.expectedCalibrationError",
  "passes",
];

/** Every configuration with its figures; a header sorts, a name marks the configuration in every view. */
export function ConfigurationTable({
  axes,
  groups,
  metric,
  marked,
  onMark,
}: ViewProps & { axes: readonly FieldAxis[] }) {
  const id = useId();
  const [sorting, setSorting] = useState<Sorting>(PLAN_ORDER);
  const metrics = METRIC_COLUMNS.includes(metric) ? METRIC_COLUMNS : [metric, ...METRIC_COLUMNS];
  const header = (label: string, key: SortKey, isText = false) => (
    <Header key={label} {...{ label, isText, sorting }} of={key} onSort={() => setSorting(nextSorting(sorting, key))} />
  );
  return (
    <section className="card sweep-view sweep-table" aria-labelledby={id}>
      <header>
        <h2 id={id}>Configurations</h2>
        <p className="say">
          Mean ± sd over the seeds that have finished; a header sorts, a name marks it in every view.
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="runs-scroll" tabIndex={0} aria-label="Configurations, table">
        <table className="runs-table">
          <thead>
            <tr>
              {header("configuration", { kind: "plan" }, true)}
              {axes.map(({ label, path }) => header(label, { kind: "field", path }))}
              <th scope="col">seeds</th>
              {metrics.map((name) => header(METRICS[name].label, { kind: "metric", id: name }))}
            </tr>
          </thead>
          <tbody>
            {sortedGroups(groups, sorting).map((group) => (
              <Row key={group.configuration.index} {...{ group, axes, metrics, marked, onMark }} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface HeaderProps {
  label: string;
  isText: boolean;
  of: SortKey;
  sorting: Sorting;
  onSort: () => void;
}

function Header({ label, isText, of, sorting, onSort }: HeaderProps) {
  const isOn = sameKey(sorting.key, of) && of.kind !== "plan";
  const direction = sorting.descending ? "descending" : "ascending";
  return (
    <th scope="col" className={isText ? "text" : ""} aria-sort={isOn ? direction : undefined}>
      <button type="button" onClick={onSort}>
        {label}
        <span aria-hidden="true">{isOn ? (sorting.descending ? "↓" : "↑") : ""}</span>
      </button>
    </th>
  );
}

interface RowProps extends Pick<ViewProps, "marked" | "onMark"> {
  group: Group;
  axes: readonly FieldAxis[];
  metrics: readonly MetricId[];
}

function Row({ group, axes, metrics, marked, onMark }: RowProps) {
  const { configuration, finished, planned } = group;
  const isMarked = configuration.index === marked;
  return (
    <tr className={isMarked ? "on" : ""}>
      <th scope="row">
        <button type="button" aria-pressed={isMarked} onClick={() => onMark(isMarked ? null : configuration.index)}>
          {configurationWords(configuration)}
        </button>
      </th>
      {axes.map((axis) => (
        <td key={axis.path}>{axisWords(group, axis)}</td>
      ))}
      <td className={finished < planned ? "lacking" : ""}>{seedsWords(group).replace(/ seeds?$/, "")}</td>
      {metrics.map((id) => (
        <td key={id}>{id === "passes" ? metricWords(id, group.mean[id]) : meanWords(group, id)}</td>
      ))}
    </tr>
  );
}
