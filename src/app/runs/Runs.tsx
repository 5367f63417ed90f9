import { useId, useMemo, useState } from "react";
import { useRunStore } from "../stores/run-store.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { plural } from "../ui/format.ts";
import { RunDetails } from "./RunDetails.tsx";
import { RunsTable } from "./RunsTable.tsx";
import { runsSentence } from "./runs-sentence.ts";

/** Earlier ones are on the page of all runs. */
const LATEST = 6;

/** The latest runs beside each other, and one of them beside the editor. */
export default function Runs() {
  const id = useId();
  const all = useRunStore((state) => state.runs);
  const currentId = useRunStore((state) => state.current?.runId ?? null);
  const latest = useMemo(() => all.slice(-LATEST).toReversed(), [all]);
  const [selected, setSelected] = useState<string | null>(null);
  const known = (runId: string | null) => latest.find((run) => run.runId === runId);
  const shown = known(selected) ?? known(currentId) ?? latest[0];
  return (
    <section className={shown ? "card runs" : "card runs empty"} aria-labelledby={id}>
      <header>
        <h2 id={id}>Runs</h2>
        <p className="say">
          {shown
            ? runsSentence(latest.filter(({ figures }) => figures !== null))
            : "Every run is kept here, to compare, to go back to and to take away."}
        </p>
        {shown && (
          <button type="button" className="ghost" onClick={() => useUiStore.getState().setView("runs")}>
            {all.length > LATEST ? `All ${plural(all.length, "run")}` : "Compare"}
          </button>
        )}
      </header>
      {shown && <RunsTable runs={latest} selected={shown.runId} onSelect={setSelected} />}
      {shown && <RunDetails run={shown} />}
    </section>
  );
}
