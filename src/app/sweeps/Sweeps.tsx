import { useId } from "react";
import type { KeptSweep } from "../../shared/sweep/kept-sweep.ts";
import { isSwept } from "../../shared/sweep/sweep-file.ts";
import { useRunStore } from "../stores/run-store.ts";
import { planFor, useSweepStore } from "../stores/sweeps/sweep-store.ts";
import { plural } from "../ui/format.ts";
import { SweepForm } from "./form/SweepForm.tsx";
import { SweepProgress } from "./SweepProgress.tsx";
import { useSweep } from "./use-sweep.ts";
import { SeedsView } from "./views/SeedsView.tsx";
import { SweepViews } from "./views/SweepViews.tsx";

/** Searches over many experiments: a list of them, and the chosen one, or a new one, beside it. */
export default function Sweeps() {
  const sweeps = useSweepStore((state) => state.sweeps);
  const selectedId = useSweepStore((state) => state.selectedId);
  const selected = sweeps.find(({ id }) => id === selectedId);
  return (
    <div className="page sweeps">
      {sweeps.length > 0 && <SweepList sweeps={sweeps} selectedId={selected?.id ?? null} />}
      {selected ? <Sweep key={selected.id} sweep={selected} /> : <SweepForm />}
    </div>
  );
}

function SweepList({ sweeps, selectedId }: { sweeps: readonly KeptSweep[]; selectedId: string | null }) {
  const id = useId();
  const select = useSweepStore((state) => state.select);
  return (
    <section className="card sweep-list" aria-labelledby={id}>
      <header>
        <h2 id={id}>Sweeps</h2>
      </header>
      <button type="button" className="new" aria-pressed={selectedId === null} onClick={() => select(null)}>
        New sweep
      </button>
      <ul>
        {sweeps.toReversed().map((sweep) => (
          <li key={sweep.id}>
            <button type="button" aria-pressed={sweep.id === selectedId} onClick={() => select(sweep.id)}>
              <b>{sweep.name}</b>
              <SweepState sweep={sweep} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATUS_WORDS: Record<KeptSweep["status"], string> = {
  running: "running",
  paused: "holds",
  cancelled: "ended",
  done: "done",
};

function SweepState({ sweep }: { sweep: KeptSweep }) {
  const isDriven = useSweepStore((state) => state.drivenId === sweep.id);
  const ended = useRunStore(
    (state) => state.runs.filter((run) => run.sweep?.sweepId === sweep.id && run.status === "finished").length,
  );
  const status = sweep.status === "running" && !isDriven ? "cut off" : STATUS_WORDS[sweep.status];
  return (
    <small>
      {status}, {ended} of {plural(planFor(sweep.file).points.length, "run")} · {sweep.source.name}
    </small>
  );
}

function Sweep({ sweep }: { sweep: KeptSweep }) {
  const reading = useSweep(sweep);
  return (
    <div className="sweep">
      <SweepProgress reading={reading} />
      {isSwept(sweep.file) ? <SweepViews reading={reading} /> : <SeedsView {...reading} />}
    </div>
  );
}
