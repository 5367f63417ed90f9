import { useMemo } from "react";
import type { Experiment } from "../../shared/experiment.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { plural } from "../ui/format.ts";
import { compare, differingFirst } from "./configuration.ts";

/** A run's whole configuration, setting by setting, beside what the editor holds now. */
export function Configuration({ name, experiment }: { name: string; experiment: Experiment }) {
  const edited = useExperimentStore((state) => state.experiment);
  const rows = useMemo(() => differingFirst(compare(experiment, edited)), [experiment, edited]);
  const differing = rows.filter(({ differs }) => differs).length;
  return (
    <details className="configuration">
      <summary>
        Configuration of {name}:{" "}
        {differing === 0
          ? "the same as in the editor"
          : `${plural(differing, "setting differs", "settings differ")} from the editor`}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="configuration-scroll" tabIndex={0} aria-label={`Settings of ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">setting</th>
              <th scope="col">{name}</th>
              <th scope="col">editor</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, here, there, differs }) => (
              <tr key={path} className={differs ? "differs" : ""}>
                <th scope="row">{path}</th>
                <td>{here ?? "–"}</td>
                <td>{differs && (there ?? "–")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
