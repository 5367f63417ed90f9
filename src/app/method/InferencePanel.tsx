import { useState } from "react";
import type { HeldOutSplit } from "../../shared/method-calls.ts";
import { isActive } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";
import { Progress } from "../ui/Progress.tsx";
import { Segments } from "../ui/Segments.tsx";
import { InferenceTable } from "./InferenceTable.tsx";
import { inferenceSentence, type Metric } from "./inference-words.ts";
import { cancelMeasurement, measure, measuredFor, useMeasurementStore } from "./measurement-store.ts";
import { Panel } from "./Panel.tsx";
import { useHeldOutRun } from "./use-held-out-run.ts";

const TITLE = "Train with f, test with f′";

const METRICS = [
  { value: "accuracy", label: "accuracy" },
  { value: "macroF1", label: "macro F1" },
] as const;
const SPLITS = [
  { value: "validation", label: "validation" },
  { value: "test", label: "test" },
] as const;

/** One trained model under every way of pooling at test time. */
export function InferencePanel() {
  const [metric, setMetric] = useState<Metric>("accuracy");
  const [chosen, setSplit] = useState<HeldOutSplit>("validation");
  const { result, of, measuring, progress, error } = useMeasurementStore((state) => state["method.inference"]);
  const run = useHeldOutRun();
  const step = useRunStore((state) => state.current?.lastStep?.step ?? 0);
  const phase = useRunStore((state) => (isActive(state.current) ? "active" : "ended"));
  const split = run?.ended ? chosen : "validation";
  const now = measuredFor(run?.runId, split, run?.ended ? null : step, phase);
  const items = run ? run[split] : 0;
  return (
    <Panel
      title={TITLE}
      sentence={
        result
          ? inferenceSentence(result, metric)
          : run
            ? "The model as it is, its noise switched on at test time: every f′ that makes sense at its level, with K′ from 1 to 16."
            : "Train a model: what f′ and K′ do to it at test time is told here."
      }
      error={error}
      controls={
        <>
          {result && <Segments label="Score" options={METRICS} value={metric} onChange={setMetric} />}
          {run?.ended && run.test > 0 && <Segments label="Items" options={SPLITS} value={split} onChange={setSplit} />}
        </>
      }
    >
      {split === "test" && (
        <p className="remark warn">
          Choosing f′ or K′ by these figures would be choosing on the test set. Choose on validation; read one cell
          here.
        </p>
      )}
      {result && <InferenceTable grid={result} metric={metric} />}
      {measuring ? (
        <Progress progress={progress} onCancel={() => cancelMeasurement("method.inference")} />
      ) : (
        <div className="measuring">
          <button
            type="button"
            disabled={!run || items === 0}
            onClick={() => run && void measure("method.inference", { runId: run.runId, split }, now)}
          >
            {result ? "Measure again" : "Measure"}
          </button>
          <span className="hint">{hint(run !== null, items, split, result !== null && of !== now)}</span>
        </div>
      )}
    </Panel>
  );
}

function hint(hasRun: boolean, items: number, split: HeldOutSplit, outdated: boolean): string {
  if (!hasRun) return "There is no model yet.";
  if (items === 0) return `There are no ${split} items; give them a share in Data and train again.`;
  const cost = `31 passes a pooling over ${items} ${split} items.`;
  return outdated ? `The figures are of other weights or items. ${cost}` : cost;
}
