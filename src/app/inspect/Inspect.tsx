import { useId, useState } from "react";
import type { Evaluation } from "../../shared/run-record.ts";
import type { CurrentRun } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useUiStore } from "../stores/ui-store.ts";
import { formatPercent, plural } from "../ui/format.ts";
import { Segments } from "../ui/Segments.tsx";
import { ConfusionMatrix } from "./ConfusionMatrix.tsx";
import { type Cell, confusionSentence } from "./confusion.ts";
import { PredictionList } from "./PredictionList.tsx";
import { ReportTable } from "./ReportTable.tsx";

/** What the current run says of the held-out items: matrix, report, the items behind them. */
export function Inspect() {
  const current = useRunStore((state) => state.current);
  if (!current) return <InspectEmpty />;
  return (
    <>
      <ConfusionCard run={current} />
      <ReportCard run={current} />
      <MistakesCard run={current} />
    </>
  );
}

function InspectEmpty() {
  return (
    <section className="card empty">
      <h2>Confusion and report</h2>
      <p className="hint">
        Press Train: after every epoch the confusion matrix of the validation items appears here, and at the end the
        report on the test items.
      </p>
    </section>
  );
}

const UNITS = [
  { value: "percent", label: "rows %" },
  { value: "counts", label: "counts" },
] as const;
const SPLITS = [
  { value: "validation", label: "validation" },
  { value: "test", label: "test" },
] as const;

function ConfusionCard({ run }: { run: CurrentRun }) {
  const id = useId();
  const unit = useUiStore((state) => state.unit);
  const setUnit = useUiStore((state) => state.setUnit);
  const [chosen, setChosen] = useState<"validation" | "test">("test");
  const [cell, setCell] = useState<Cell | null>(null);
  const names = run.dataset.classes.map(({ name }) => name);
  const test = run.record?.test?.confusionMatrix ?? null;
  const lastEpoch = run.epochs.at(-1);
  const validation = lastEpoch?.validationConfusionMatrix ?? null;
  const split = chosen === "test" && test ? "test" : validation ? "validation" : "test";
  const matrix = split === "test" ? test : validation;
  const where = split === "test" ? "Test items" : `Validation items, epoch ${lastEpoch?.epoch ?? 0}`;
  return (
    <section className="card confusion" aria-labelledby={id}>
      <header>
        <h2 id={id}>Confusion</h2>
        <Segments label="Unit" options={UNITS} value={unit} onChange={setUnit} />
        {test && validation && <Segments label="Items" options={SPLITS} value={split} onChange={setChosen} />}
        <p className="say">{matrix ? `${where}: ${confusionSentence(matrix, names)}` : noMatrix(run)}</p>
      </header>
      {matrix && <ConfusionMatrix matrix={matrix} names={names} unit={unit} selected={cell} onOpen={setCell} />}
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

const PASSES = [
  { value: "clean", label: "one clean pass" },
  { value: "pooled", label: "pooled" },
] as const;

function ReportCard({ run }: { run: CurrentRun }) {
  const id = useId();
  const [passes, setPasses] = useState<"clean" | "pooled">("clean");
  const { record } = run;
  const evaluation = passes === "clean" ? (record?.test ?? null) : (record?.testPooled ?? null);
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>Report</h2>
        {record?.test && <Segments label="Passes" options={PASSES} value={passes} onChange={setPasses} />}
        <p className="say">{reportSentence(run, evaluation)}</p>
      </header>
      {evaluation && <ReportTable evaluation={evaluation} fileName={`report-${passes}`} />}
    </section>
  );
}

function reportSentence(run: CurrentRun, evaluation: Evaluation | null): string {
  if (!run.record) return "The report on the test items comes when training ends.";
  const { test, testPooled, experiment } = run.record;
  if (!evaluation || !test || !testPooled) return "No test items, so no report: give test a share in Data.";
  const { k, pooling } = experiment.inference;
  const gap = testPooled.accuracy - test.accuracy;
  const items = Math.round(Math.abs(gap) * run.record.dataset.test);
  const compared =
    items === 0 ? "as many right as" : `${plural(items, "item")} ${gap > 0 ? "more" : "fewer"} right than`;
  return `Test, ${plural(run.record.dataset.test, "item")}: ${formatPercent(evaluation.accuracy)} right. ${plural(k, "pass", "passes")} pooled with ${pooling.id}: ${compared} one clean pass.`;
}

const LISTS = [
  { value: "confident-mistakes", label: "confidently wrong" },
  { value: "uncertain", label: "uncertain" },
] as const;

function MistakesCard({ run }: { run: CurrentRun }) {
  const id = useId();
  const [list, setList] = useState<"confident-mistakes" | "uncertain">("confident-mistakes");
  const hasTest = (run.record?.test ?? null) !== null;
  const split = hasTest ? "test" : "validation";
  if (!hasTest && (!run.record || run.dataset.validation === 0)) return null;
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>Look again</h2>
        <Segments label="List" options={LISTS} value={list} onChange={setList} />
        <p className="say">
          {list === "uncertain"
            ? `The ${split} items the model is least sure of.`
            : `The ${split} items it got wrong, the surest first: a wrong label, or something it cannot see.`}
        </p>
      </header>
      <PredictionList
        run={run}
        split={split}
        query={{ kind: list }}
        version={run.epochs.length}
        nothing="It got every one right."
      />
    </section>
  );
}
