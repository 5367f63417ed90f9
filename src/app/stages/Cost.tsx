import { costKey, useCostStore } from "../stores/cost-store.ts";
import { isActive } from "../stores/current-run.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { formatBytes, formatCount, formatDuration, formatMilliseconds, formatRate } from "../ui/format.ts";
import { passesOf } from "./repeat-cost.ts";

/** What the experiment would cost, measured on a few throw-away steps when asked. */
export function Cost() {
  const { estimate, measuring, error, measure } = useCostStore();
  const experiment = useExperimentStore((state) => state.experiment);
  const backend = useRunStore((state) => state.backendChoice);
  const running = useRunStore((state) => isActive(state.current));
  const hasData = useDataStore((state) => state.dataset !== null);
  const cost = estimate?.cost;
  const outdated = estimate !== null && estimate.of !== costKey(experiment, backend);
  const train = useDataStore((state) => state.dataset?.train ?? null);
  const passes = train === null ? null : passesOf(experiment, train);
  const rows: [string, string][] = [
    ["Backbone passes, whole run", passes ? formatCount(passes.backbone) : "–"],
    ["Head passes, whole run", passes ? formatCount(passes.head) : "–"],
    ["Cost against K = 1", cost ? `${formatRate(cost.msPerStep / cost.msPerStepK1)}×` : "–"],
    ["A step", cost ? formatMilliseconds(cost.msPerStep) : "–"],
    ["Whole run", cost ? `≈ ${formatDuration(cost.totalMs)}` : "–"],
    ["Memory", cost ? formatBytes(cost.bytes) : "–"],
  ];
  return (
    <section className="cost" aria-label="Cost" aria-busy={measuring}>
      <dl className={outdated ? "outdated" : ""}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <button type="button" disabled={measuring || running || !hasData} onClick={() => void measure()}>
        {measuring ? "Measuring…" : outdated ? "Measure again" : "Measure cost"}
      </button>
      <p className={error ? "hint bad" : "hint"} role="status">
        {error ?? costHint(measuring, running, outdated)}
      </p>
    </section>
  );
}

function costHint(measuring: boolean, running: boolean, outdated: boolean): string {
  if (measuring) return "Training a few throw-away steps.";
  if (running) return "Can be measured when the run has ended.";
  return outdated ? "The figures are of earlier settings." : "Takes a few throw-away steps.";
}
