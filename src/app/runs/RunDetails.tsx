import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { useChosenRuns } from "../stores/chosen-runs.ts";
import { openExperiment } from "../stores/open-experiment.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { Configuration } from "./Configuration.tsx";

/** What can be done with a run here, and how its settings differ from those in the editor. */
export function RunDetails({ run }: { run: RunEntry }) {
  const { runId, name, experiment, hasWeights } = run;
  const isModel = useRunStore((state) => state.modelRunId === runId);
  const { useModel: tryModel } = useRunStore.getState();
  const showAll = () => {
    useChosenRuns.getState().open(runId);
    useUiStore.getState().setView("runs");
  };
  return (
    <section className="run-details" aria-label={name}>
      <div className="buttons">
        <button type="button" onClick={() => openExperiment(experiment, name, run.source)}>
          Open as experiment
        </button>
        <button
          type="button"
          disabled={!hasWeights}
          aria-pressed={isModel}
          title={
            hasWeights ? "Its weights answer in Try it and in the pipeline" : "Its weights are gone; its record stays"
          }
          onClick={() => tryModel(runId)}
        >
          {isModel ? "Model in use" : "Use its model"}
        </button>
        <button type="button" className="of-run" title="Name, notes, tags, files, deleting" onClick={showAll}>
          Details of {name}
        </button>
      </div>
      <Configuration name={name} experiment={experiment} />
    </section>
  );
}
