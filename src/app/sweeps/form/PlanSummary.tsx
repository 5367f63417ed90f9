import { useId, useState } from "react";
import { estimatedMs, totalPasses } from "../../../shared/sweep/estimate.ts";
import type { SweepPlan } from "../../../shared/sweep/plan.ts";
import { configurationWords } from "../../../shared/sweep/words.ts";
import { asEngineError, engine } from "../../engine-client.ts";
import { isActive } from "../../stores/current-run.ts";
import { useDataStore } from "../../stores/data-store.ts";
import { useRunStore } from "../../stores/run-store.ts";
import { useSweepStore } from "../../stores/sweeps/sweep-store.ts";
import { formatCount, formatDuration, plural } from "../../ui/format.ts";
import type { Planned } from "./sweep-draft.ts";

interface Props {
  planned: Planned;
  name: string;
  onName: (name: string) => void;
}

/** What the sweep comes to before it begins, or what is wrong with it. */
export function PlanSummary({ planned, name, onName }: Props) {
  const id = useId();
  const train = useDataStore((state) => state.dataset?.train ?? null);
  const isTraining = useRunStore((state) => isActive(state.current));
  const isDriving = useSweepStore((state) => state.drivenId !== null);
  const { plan, file } = planned;
  const refusal = refusalOf(planned, train, isTraining || isDriving);
  return (
    <section className="sweep-plan" aria-label="What it trains">
      {plan ? <Totals plan={plan} train={train} /> : <Issues issues={planned.issues} />}
      <div className="field">
        <label htmlFor={id}>Name</label>
        <input
          id={id}
          autoComplete="off"
          placeholder="optional"
          value={name}
          onChange={(e) => onName(e.target.value)}
        />
      </div>
      <button
        type="button"
        className="primary"
        disabled={refusal !== null}
        onClick={() => file && void useSweepStore.getState().start(file)}
      >
        {plan ? `Start ${plural(plan.points.length, "run")}` : "Start"}
      </button>
      <p className="hint">{refusal}</p>
    </section>
  );
}

function refusalOf({ issues }: Planned, train: number | null, isBusy: boolean): string | null {
  if (issues) return "Put right what is said above.";
  if (train === null) return "Open a data set first.";
  return isBusy ? "Another run is going on; one thing trains at a time." : null;
}

const SHOWN = 6;

const Issues = ({ issues }: { issues: readonly string[] | null }) => (
  <ul className="problem-rows bad" role="alert">
    {issues?.slice(0, SHOWN).map((issue) => (
      <li key={issue}>{issue}</li>
    ))}
    {(issues?.length ?? 0) > SHOWN && <li>and {(issues?.length ?? 0) - SHOWN} more like these</li>}
  </ul>
);

function Totals({ plan, train }: { plan: SweepPlan; train: number | null }) {
  const { configurations, points } = plan;
  const count = (role: string): number => configurations.filter((configuration) => configuration.role === role).length;
  const seeds = points.length / configurations.length;
  const baselines = count("baseline-k1") + count("equal-compute");
  const rows: [string, string][] = [
    ["configurations", `${count("grid")}${baselines > 0 ? ` + ${plural(baselines, "baseline")}` : ""}`],
    ["seeds each", String(seeds)],
    ["runs", formatCount(points.length)],
    ["forward passes", train === null ? "–" : formatCount(totalPasses(points, train))],
  ];
  return (
    <>
      <dl className="sweep-totals">
        {rows.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <Time plan={plan} train={train} />
      </dl>
      <details>
        <summary>In this order, with each seed in turn</summary>
        <ol className="sweep-order">
          {configurations.slice(0, 50).map((configuration) => (
            <li key={configuration.index}>{configurationWords(configuration)}</li>
          ))}
          {configurations.length > 50 && <li>and {configurations.length - 50} more</li>}
        </ol>
      </details>
    </>
  );
}

type Measurement = { of: SweepPlan; ms: number } | { of: SweepPlan; error: string } | "measuring" | null;

/** The whole sweep's time, from a few throw-away steps with the largest K and with K = 1. */
function Time({ plan, train }: { plan: SweepPlan; train: number | null }) {
  const [measured, setMeasured] = useState<Measurement>(null);
  const backend = useRunStore((state) => state.backendChoice);
  const isTraining = useRunStore((state) => isActive(state.current));
  const measure = async () => {
    if (train === null) return;
    setMeasured("measuring");
    const { experiment } = plan.points.reduce((a, b) => (b.experiment.repeat.k > a.experiment.repeat.k ? b : a));
    try {
      const cost = await engine.call("train.estimate", { experiment, backend });
      setMeasured({ of: plan, ms: estimatedMs(plan.points, train, { ...cost, k: experiment.repeat.k }) });
    } catch (error) {
      setMeasured({ of: plan, error: asEngineError(error).message });
    }
  };
  const current = measured !== null && measured !== "measuring" && measured.of === plan ? measured : null;
  return (
    <div>
      <dt>time</dt>
      <dd>
        {current && "ms" in current ? (
          `≈ ${formatDuration(current.ms)}`
        ) : (
          <button
            type="button"
            className="ghost"
            disabled={train === null || isTraining || measured === "measuring"}
            title="Trains a few throw-away steps"
            onClick={() => void measure()}
          >
            {measured === "measuring" ? "Measuring…" : "Estimate"}
          </button>
        )}
        {current && "error" in current && <small className="bad">{current.error}</small>}
      </dd>
    </div>
  );
}
