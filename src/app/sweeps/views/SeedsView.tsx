import { useId } from "react";
import { summariseSeeds } from "../../../shared/statistics/summarise-seeds.ts";
import { METRICS, type MetricId, metricOf } from "../../../shared/sweep/results.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatDuration, plural } from "../../ui/format.ts";
import type { SweepReading } from "../use-sweep.ts";
import { meanWords, metricWords, unitOf } from "../words.ts";

const SHOWN: readonly MetricId[] = [
  "validation.accuracy",
  "test.accuracy",
  "testPooled.accuracy",
  "test.macroF1",
  "test.expectedCalibrationError",
];

/** One configuration over several seeds: mean and sd, and every seed by itself. */
export function SeedsView({ plan, standing, groups }: SweepReading) {
  const id = useId();
  const [group] = groups;
  if (!group) return null;
  const rows = plan.points.flatMap(({ index, seed }) => {
    const result = standing.results.get(index);
    if (!result) return [];
    const figures = SHOWN.map((metric) => {
      const value = metricOf(result, metric);
      return value === null ? "–" : `${metricWords(metric, value)}${unitOf(metric)}`;
    });
    return [[String(seed), result.status, ...figures, formatDuration(result.timing.totalMs)]];
  });
  const mean = ["mean ± sd", "", ...SHOWN.map((metric) => meanWords(group, metric)), ""];
  return (
    <section className="card sweep-view sweep-seeds" aria-labelledby={id}>
      <header>
        <h2 id={id}>Over the seeds</h2>
        <p className="say">{seedsSentence({ plan, standing })}</p>
      </header>
      {rows.length > 0 && (
        <DataTable
          className="chart-table"
          title="Seeds"
          columns={["seed", "status", ...SHOWN.map((metric) => METRICS[metric].label), "time"]}
          rows={[...rows, mean]}
        />
      )}
    </section>
  );
}

/** What the seeds say together: the mean, its interval, and what it does not speak of. */
export function seedsSentence({ plan, standing }: Pick<SweepReading, "plan" | "standing">): string {
  const id: MetricId = "test.accuracy";
  const values = [...standing.results.values()].flatMap((result) =>
    result.status === "finished" ? (metricOf(result, id) ?? []) : [],
  );
  const missing = plan.points.length - values.length;
  const rest = missing > 0 ? ` ${plural(missing, "seed has", "seeds have")} no figure yet.` : "";
  if (values.length === 0) return `Test accuracy appears here with the first seed that ends.${rest}`;
  const { n, mean, sd, interval } = summariseSeeds(values);
  if (sd === null || interval === null)
    return `Test accuracy ${metricWords(id, mean)}% with one seed, whose luck is not known.${rest}`;
  const [low, high] = interval.map((end) => metricWords(id, Math.min(1, Math.max(0, end))));
  return `Test accuracy ${metricWords(id, mean)} ± ${metricWords(id, sd)}% over ${n} seeds; 95% interval of the mean ${low} to ${high}%, over other seeds on the same data.${rest}`;
}
