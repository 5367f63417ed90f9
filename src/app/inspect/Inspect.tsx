import { useId, useState } from "react";
import type { Evaluation } from "../../shared/run-record.ts";
import type { CurrentRun } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatPercent, plural } from "../ui/format.ts";
import { PredictionList } from "../ui/held-out/PredictionList.tsx";
import { Segments } from "../ui/Segments.tsx";
import { ConfusionCard } from "./ConfusionCard.tsx";
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
