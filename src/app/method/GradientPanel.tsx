import { isTuned } from "../../shared/noise-misfits.ts";
import { isActive } from "../stores/current-run.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatCount, plural } from "../ui/format.ts";
import { Progress } from "../ui/Progress.tsx";
import { GradientChart } from "./GradientChart.tsx";
import { cancelMeasurement, measure, measuredFor, useMeasurementStore } from "./measurement-store.ts";
import { Panel } from "./Panel.tsx";
import { gradientSentence } from "./sentences.ts";

const TITLE = "Noise in the gradient";
/** Few passes are cheap, so that small K get more draws: the ratio to K = 1 is only as good as K = 1. */
const LIGHT: Plan = { draws: [192, 96, 48, 24, 24, 24], items: 32 };
/** Convolutions cost a thousand times what a head does. */
const HEAVY: Plan = { draws: [12, 12, 12, 12, 12], items: 8 };

interface Plan {
  /** At K = 1, 2, 4 and so on. */
  readonly draws: readonly number[];
  readonly items: number;
}

/** How the noise-only variance of the gradient falls with K, measured when asked. */
export function GradientPanel() {
  const { result, of, measuring, progress, error } = useMeasurementStore((state) => state["method.gradient"]);
  const experiment = useExperimentStore((state) => state.experiment);
  const dataset = useDataStore((state) => state.dataset);
  const runId = useRunStore((state) => state.modelRunId);
  const step = useRunStore((state) => state.current?.lastStep?.step ?? 0);
  const busy = useRunStore((state) => isActive(state.current) && state.current.phase !== "paused");
  const { level, pooling } = experiment.aggregate;
  const chosen = experiment.backbone.id === "seed-cnn" || isTuned(experiment) ? HEAVY : LIGHT;
  const plan = chosen.draws.map((draws, i) => ({ k: 2 ** i, draws }));
  const items = Math.min(chosen.items, dataset?.train ?? 0);
  const { epochs: _, ...settings } = experiment;
  const now = measuredFor(settings, runId, step);
  const outdated = result !== null && of !== now;
  const gradients = plan.reduce((sum, { draws }) => sum + draws, 0);
  const passes = items * plan.reduce((sum, { k, draws }) => sum + k * draws, 0);
  const cost = `Takes ${formatCount(gradients)} gradients on ${plural(items, "training item")}: ${formatCount(passes)} passes, where an epoch at K = ${experiment.repeat.k} takes ${formatCount(experiment.repeat.k * (dataset?.train ?? 0))}.`;
  const measured = result && of ? (JSON.parse(of) as [typeof settings])[0].aggregate : experiment.aggregate;
  return (
    <Panel
      title={TITLE}
      sentence={
        result
          ? gradientSentence(result, measured.level, measured.pooling.id)
          : `How much K repeats calm the gradient of ${pooling.id} at the level ${level}, with weights and batch held still.`
      }
      error={error}
      footer={
        measuring ? (
          <Progress progress={progress} onCancel={() => cancelMeasurement("method.gradient")} />
        ) : (
          <div className="measuring">
            <button
              type="button"
              disabled={busy || !dataset}
              onClick={() => void measure("method.gradient", { experiment, runId, draw: 0, plan, items }, now)}
            >
              {result ? "Measure again" : "Measure"}
            </button>
            <span className="hint">{hint(busy, dataset !== null, outdated, cost)}</span>
          </div>
        )
      }
      {...(result && {
        table: {
          columns: ["K", "draws", "variance", "standard error", "1/K law", "times less than K = 1"],
          rows: result.points.map(({ k, draws, variance, standardError, law }) => [
            String(k),
            String(draws),
            variance.toExponential(2),
            standardError.toExponential(1),
            law.toExponential(2),
            ((result.points[0]?.variance ?? 0) / variance).toFixed(2),
          ]),
        },
      })}
    >
      {result && (
        <GradientChart result={result} label={gradientSentence(result, measured.level, measured.pooling.id)} />
      )}
    </Panel>
  );
}

function hint(busy: boolean, hasData: boolean, outdated: boolean, cost: string): string {
  if (!hasData) return "Open data first.";
  if (busy) return "Can be measured when the run has ended or is paused.";
  return outdated ? `The figures are of earlier settings or weights. ${cost}` : cost;
}
