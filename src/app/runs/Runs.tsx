import { useId, useMemo, useRef, useState } from "react";
import { hasEnded } from "../stores/run-entries.ts";
import { useRunStore } from "../stores/run-store.ts";
import { RunDetails, type ShownRun } from "./RunDetails.tsx";
import { RunsTable } from "./RunsTable.tsx";
import { runsSentence } from "./runs-sentence.ts";

/** The runs of this visit: compared in a table, and one of them in full. */
export default function Runs() {
  const id = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const all = useRunStore((state) => state.runs);
  const runs = useMemo(() => all.filter(hasEnded), [all]);
  const [selected, setSelected] = useState<string | null>(null);
  const shown = useShownRun(selected);
  const remove = (runId: string) => {
    // The button that was pressed goes away with its run.
    title.current?.focus();
    useRunStore.getState().removeRuns([runId]);
  };
  return (
    <section className={shown ? "card runs" : "card runs empty"} aria-labelledby={id}>
      <header>
        <h2 id={id} ref={title} tabIndex={-1}>
          Runs
        </h2>
        <p className="say">
          {runs.length > 0
            ? runsSentence(runs)
            : "Every run of this visit is kept here, to compare, to go back to and to take away."}
        </p>
      </header>
      {runs.length > 0 && <RunsTable runs={runs} selected={shown?.runId ?? null} onSelect={setSelected} />}
      {shown && <RunDetails run={shown} onRemove={() => remove(shown.runId)} />}
    </section>
  );
}

/** The chosen run; without a choice, or where it was removed, the current one or else the last. */
function useShownRun(selected: string | null): ShownRun | null {
  const runs = useRunStore((state) => state.runs);
  const records = useRunStore((state) => state.records);
  const currentId = useRunStore((state) => state.current?.runId ?? null);
  const known = (runId: string | null) => runs.find((run) => run.runId === runId);
  const shown = known(selected) ?? known(currentId) ?? runs.at(-1);
  return shown ? { ...shown, record: records[shown.runId] ?? null } : null;
}
