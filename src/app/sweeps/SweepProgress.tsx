import { useId } from "react";
import { isSwept } from "../../shared/sweep/sweep-file.ts";
import { isActive } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useSweepStore } from "../stores/sweeps/sweep-store.ts";
import { Announcer } from "../ui/Announcer.tsx";
import { plural } from "../ui/format.ts";
import { doneCount, failures, progressSentence } from "./progress-words.ts";
import { RunsToCome } from "./RunsToCome.tsx";
import { type SweepReading, useGoingPercent } from "./use-sweep.ts";

/** Holds, goes on with and ends a sweep, and tells how far it is. */
export function SweepProgress({ reading }: { reading: SweepReading }) {
  const id = useId();
  const { sweep, plan } = reading;
  const isDriven = useSweepStore((state) => state.drivenId === sweep.id);
  const sentence = progressSentence(reading, isDriven);
  const share = useShare(reading);
  const why = failures(reading);
  return (
    <section className={`card run sweep-progress ${sweep.status}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{sweep.name}</h2>
        <p className="say">
          {isSwept(sweep.file)
            ? `${plural(plan.configurations.length, "configuration")}, ${plural(sweep.file.seeds, "seed")} each`
            : "One configuration, a run for each seed"}
          , on {sweep.source.name}
        </p>
      </header>
      <div className="run-row">
        <Buttons reading={reading} isDriven={isDriven} />
        <div
          className="progress"
          role="progressbar"
          aria-label={sentence}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share}
        >
          <i style={{ width: `${share}%` }} />
        </div>
      </div>
      <p className="run-say">{sentence}</p>
      {why.length > 0 && (
        <details className="sweep-failures">
          <summary>Why runs failed</summary>
          <ul>
            {why.map(({ reason, which }) => (
              <li key={reason}>
                <b>{which}:</b> {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      <RunsToCome reading={reading} />
      <Announcer text={sentence} />
    </section>
  );
}

function useShare(reading: SweepReading): number {
  const percent = useGoingPercent(reading.sweep.id) ?? 0;
  const { points } = reading.plan;
  return Math.round((100 * (doneCount(reading) + percent / 100)) / points.length);
}

function Buttons({ reading, isDriven }: { reading: SweepReading; isDriven: boolean }) {
  const { sweep, standing } = reading;
  const { pause, resume, takeOut, cancel, remove } = useSweepStore.getState();
  const busy = useSweepStore((state) => state.drivenId !== null);
  const isGoing = useRunStore(({ current }) => isActive(current) && current.sweep?.sweepId === sweep.id);
  const isHeld = useRunStore(({ current }) => current?.phase === "paused" && current.sweep?.sweepId === sweep.id);
  const training = useRunStore(({ current }) => isActive(current));
  const { going } = standing;
  const isOver = sweep.status === "done" || sweep.status === "cancelled";
  const isOn = sweep.status === "running" && isDriven && !isHeld;
  const hasMore = standing.toCome.length > 0 || going !== null;
  const isTaken = !isDriven && (busy || training);
  return (
    <div className="run-buttons">
      {isOn ? (
        <>
          <button type="button" className="primary" onClick={() => pause(sweep.id, true)}>
            Pause
          </button>
          <button type="button" title="Holds when the run that is on has ended" onClick={() => pause(sweep.id, false)}>
            Pause after this run
          </button>
        </>
      ) : (
        hasMore && (
          <button
            type="button"
            className="primary"
            disabled={isTaken}
            title={isTaken ? "Another run is going on" : undefined}
            onClick={() => void resume(sweep.id)}
          >
            {sweep.status === "done" ? "Go on without a budget" : "Resume"}
          </button>
        )
      )}
      {hasMore && (
        <button
          type="button"
          disabled={!going || !isGoing}
          title="Stops the run that is on, leaves it out and begins the next"
          onClick={() => going && takeOut(sweep.id, going.index)}
        >
          Skip this run
        </button>
      )}
      {isOver || (!isDriven && !isGoing) ? (
        <button type="button" title="Forgets the sweep; its runs stay" onClick={() => remove(sweep.id)}>
          Remove
        </button>
      ) : (
        <button type="button" title="What has been trained stays" onClick={() => cancel(sweep.id)}>
          End the sweep
        </button>
      )}
    </div>
  );
}
