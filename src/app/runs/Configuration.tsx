import { useMemo } from "react";
import { compareConfigurations, differingFirst } from "../../shared/configuration.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { plural } from "../ui/format.ts";
import { SettingsTable } from "../ui/SettingsTable.tsx";

/** A run's whole configuration, setting by setting, beside what the editor holds now. */
export function Configuration({ name, experiment }: { name: string; experiment: Experiment }) {
  const edited = useExperimentStore((state) => state.experiment);
  const rows = useMemo(() => differingFirst(compareConfigurations([experiment, edited])), [experiment, edited]);
  const differing = rows.filter(({ differs }) => differs).length;
  return (
    <details className="configuration">
      <summary>
        Configuration of {name}:{" "}
        {differing === 0
          ? "the same as in the editor"
          : `${plural(differing, "setting differs", "settings differ")} from the editor`}
      </summary>
      <SettingsTable label={`Settings of ${name}`} columns={[name, "editor"]} rows={rows} />
    </details>
  );
}
