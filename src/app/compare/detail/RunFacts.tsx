import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { wilsonInterval } from "../../../shared/statistics/intervals.ts";
import { formatBytes, formatCount, formatDuration, formatPercent } from "../../ui/format.ts";

/** What is known of a run, in a few lines. */
export function RunFacts({ run }: { run: RunEntry }) {
  const { figures, checkpoint, source, experiment, startedAt, kept, bytes } = run;
  return (
    <dl className="run-facts">
      <Fact name="started">
        {new Date(startedAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}
      </Fact>
      <Fact name="data">
        {source.name}
        {figures && `, ${formatCount(figures.dataset.train)} to train on, ${formatCount(figures.dataset.test)} to test`}
      </Fact>
      {checkpoint && !figures && (
        <Fact name="checkpoint">
          step {formatCount(checkpoint.step)} of {formatCount(checkpoint.totalSteps)}
        </Fact>
      )}
      {figures?.test && (
        <Fact name="test accuracy">
          {formatPercent(figures.test.accuracy)} {margin(figures.test.accuracy, figures.dataset.test)}, seed{" "}
          {experiment.seed} alone
        </Fact>
      )}
      {figures && (
        <Fact name="training">
          {formatCount(figures.passes)} forward passes in {formatDuration(figures.totalMs)} on {figures.backend.name}
        </Fact>
      )}
      <Fact name="kept">{kept ? `on this computer, ${formatBytes(bytes)}` : "until the tab is closed"}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `(84.0–95.2%)`: where the accuracy on all such items lies, as far as so few can say. */
function margin(accuracy: number, items: number): string {
  if (items === 0) return "";
  const { low, high } = wilsonInterval(Math.round(accuracy * items), items);
  return `(95% interval ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)}%)`;
}
