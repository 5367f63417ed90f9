import { useId, useState } from "react";
import { type CurrentRun, isActive } from "../stores/current-run.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { ConfusionMatrix } from "../ui/held-out/ConfusionMatrix.tsx";
import { type Cell, confusionSentence } from "../ui/held-out/confusion.ts";
import { PredictionList } from "../ui/held-out/PredictionList.tsx";
import { Segments } from "../ui/Segments.tsx";
import { EpochScrubber } from "./EpochScrubber.tsx";

const UNITS = [
  { value: "percent", label: "rows %" },
  { value: "counts", label: "counts" },
] as const;
const SPLITS = [
  { value: "validation", label: "validation" },
  { value: "test", label: "test" },
] as const;

/** What was taken for what: the test items at the end, or the validation items after any epoch. */
export function ConfusionCard({ run }: { run: CurrentRun }) {
  const id = useId();
  const unit = useUiStore((state) => state.unit);
  const setUnit = useUiStore((state) => state.setUnit);
  const [chosen, setChosen] = useState<"validation" | "test">("test");
  const [cell, setCell] = useState<Cell | null>(null);
  const [scrubbed, setScrubbed] = useState<{ runId: string; at: number | null }>({ runId: "", at: null });
  const names = run.dataset.classes.map(({ name }) => name);
  const test = run.record?.test?.confusionMatrix ?? null;
  // Another run starts at its latest epoch.
  const at = scrubbed.runId === run.runId ? scrubbed.at : null;
  const epoch = run.epochs[at ?? run.epochs.length - 1] ?? run.epochs.at(-1);
  const validation = epoch?.validationConfusionMatrix ?? null;
  const split = chosen === "test" && test ? "test" : validation ? "validation" : "test";
  const matrix = split === "test" ? test : validation;
  const where = split === "test" ? "Test items" : `Validation items, epoch ${epoch?.epoch ?? 0}`;
  const scrub = (to: number | null) => {
    setScrubbed({ runId: run.runId, at: to });
    setChosen("validation");
  };
  return (
    <section className="card confusion" aria-labelledby={id}>
      <header>
        <h2 id={id}>Confusion</h2>
        <Segments label="Unit" options={UNITS} value={unit} onChange={setUnit} />
        {test && validation && <Segments label="Items" options={SPLITS} value={split} onChange={setChosen} />}
        <p className="say">{matrix ? `${where}: ${confusionSentence(matrix, names)}` : noMatrix(run)}</p>
      </header>
      {matrix && <ConfusionMatrix matrix={matrix} names={names} unit={unit} selected={cell} onOpen={setCell} />}
      {validation && <EpochScrubber epochs={run.epochs} at={at} isGoing={isActive(run)} onMove={scrub} />}
      {matrix && !cell && <p className="hint">Choose a cell to see its items.</p>}
      {matrix && cell && (
        <section className="cell-items" aria-label="Items of the chosen cell">
          <header>
            <h3>
              {names[cell.truth]} predicted as {names[cell.predicted]}
            </h3>
            <button type="button" className="ghost" onClick={() => setCell(null)}>
              Close
            </button>
          </header>
          <PredictionList
            run={run}
            split={split}
            epoch={split === "validation" ? epoch?.epoch : undefined}
            query={{ kind: "cell", ...cell }}
            version={run.epochs.length}
            nothing="No item lies in this cell."
          />
        </section>
      )}
    </section>
  );
}

function noMatrix(run: CurrentRun): string {
  if (run.dataset.validation === 0 && run.dataset.test === 0)
    return "Nothing is held out, so nothing can be said about new items. Give validation or test a share in Data.";
  if (run.dataset.validation === 0)
    return "Without a validation set the matrix appears when the test items are scored.";
  return "The matrix appears after the first epoch.";
}
