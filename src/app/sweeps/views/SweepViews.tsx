import { useMemo, useState } from "react";
import type { MetricId } from "../../../shared/sweep/results.ts";
import { METRIC_IDS, METRICS } from "../../../shared/sweep/results.ts";
import { SelectField } from "../../ui/fields.tsx";
import type { SweepReading } from "../use-sweep.ts";
import { fieldAxes } from "./axes.ts";
import { BestConfiguration } from "./BestConfiguration.tsx";
import { ConfigurationTable } from "./ConfigurationTable.tsx";
import { Heatmap } from "./heatmap/Heatmap.tsx";
import { PassesScatter } from "./PassesScatter.tsx";
import { ParallelCoordinates } from "./parallel/ParallelCoordinates.tsx";

/** What a sweep has found, by a metric of choice; a configuration that is pointed at stands out in every view. */
export function SweepViews({ reading }: { reading: SweepReading }) {
  const { sweep, plan, standing, groups } = reading;
  const axes = useMemo(() => fieldAxes(sweep.file, plan.configurations), [sweep.file, plan]);
  const validated = plan.configurations.some(
    ({ experiment: { data } }) => data.split.validation > 0 || data.validation !== undefined,
  );
  const [chosen, setChosen] = useState<MetricId | null>(null);
  const metric = chosen ?? (validated ? "validation.accuracy" : "test.accuracy");
  const [marked, setMarked] = useState<number | null>(null);
  const options = METRIC_IDS.filter((id) => validated || !id.startsWith("validation.")).map((value) => ({
    value,
    label: METRICS[value].label,
  }));
  const view = { groups, metric, marked, onMark: setMarked };
  return (
    <>
      <BestConfiguration source={sweep.source} groups={groups} hasValidation={validated} onMark={setMarked} />
      <div className="sweep-metric">
        <SelectField
          label="Compare by"
          value={metric}
          options={options}
          onChange={(value) => setChosen(value as MetricId)}
        />
      </div>
      <div className="sweep-views">
        {axes.length > 0 && <Heatmap axes={axes} {...view} />}
        <PassesScatter plan={plan} results={standing.results} hasValidation={validated} {...view} />
        {axes.length > 1 && <ParallelCoordinates axes={axes} {...view} />}
        <ConfigurationTable axes={axes} {...view} />
      </div>
    </>
  );
}
