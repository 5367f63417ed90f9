import { useMemo, useRef } from "react";
import { useChosenRuns } from "../stores/chosen-runs.ts";
import { openExperiment } from "../stores/open-experiment.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { Comparisons } from "./Comparisons.tsx";
import { RunPanel } from "./detail/RunPanel.tsx";
import { remove, resume } from "./run-actions.ts";
import { RunsCard } from "./table/RunsCard.tsx";

/** All runs, side by side: a table of them, one in full, and the chosen ones compared. */
export default function AllRuns() {
  const title = useRef<HTMLHeadingElement>(null);
  const all = useRunStore((state) => state.runs);
  const newest = useMemo(() => all.toReversed(), [all]);
  const opened = useChosenRuns((state) => state.opened);
  const run = newest.find(({ runId }) => runId === opened);
  const isModel = useRunStore((state) => run !== undefined && state.modelRunId === run.runId);
  const close = () => useChosenRuns.getState().open(null);
  const drop = (runIds: readonly string[]) => {
    // The button that was pressed goes away with its run.
    title.current?.focus();
    remove(runIds);
  };
  if (newest.length === 0) return <NoRuns />;
  return (
    <div className="page runs-page">
      <div className={run ? "with-panel" : ""}>
        <RunsCard runs={newest} title={title} onResume={resume} onRemove={drop} />
        {run && (
          <RunPanel
            run={run}
            isModel={isModel}
            onAnnotate={(words) => useRunStore.getState().annotate(run.runId, words)}
            onResume={() => resume(run.runId)}
            onRemove={() => drop([run.runId])}
            onShow={() => {
              void useRunStore.getState().showRun(run.runId);
              useUiStore.getState().setView("studio");
            }}
            onOpenExperiment={() => {
              openExperiment(run.experiment, run.name, run.source);
              useUiStore.getState().setView("studio");
            }}
            onUseModel={() => useRunStore.getState().useModel(run.runId)}
            onClose={close}
          />
        )}
      </div>
      <Comparisons runs={newest} />
    </div>
  );
}

function NoRuns() {
  return (
    <div className="page">
      <section className="card empty">
        <h2>Runs</h2>
        <p className="hint">
          Every run is listed here with its settings and what it came to: to find it again, to compare it with others,
          and to see whether a difference is more than chance. Train one in the Studio to begin.
        </p>
        <div className="buttons">
          <button type="button" className="primary" onClick={() => useUiStore.getState().setView("studio")}>
            To the Studio
          </button>
        </div>
      </section>
    </div>
  );
}
