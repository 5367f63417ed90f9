import { backendSentence } from "../../shared/backend-words.ts";
import { type CurrentRun, isActive } from "../stores/current-run.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { usePretrainedStore } from "../stores/pretrained-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { placeWords, useSweepStore } from "../stores/sweeps/sweep-store.ts";
import { Announcer } from "../ui/Announcer.tsx";
import { formatBytes, formatCount, formatDuration, formatLoss, formatRate } from "../ui/format.ts";
import { LockGroup } from "../ui/Lock.tsx";
import { ResumeOffer } from "./ResumeOffer.tsx";
import {
  announcement,
  dataNote,
  keptSentence,
  missingModel,
  runSentence,
  runShare,
  trainRefusal,
} from "./run-words.ts";

/** Starts, holds and ends a run, and tells how it goes. Every figure has its place from the start. */
export function RunCard() {
  const run = useRunStore((state) => state.current);
  const experiment = useExperimentStore((state) => run?.experiment ?? state.experiment);
  const backend = useRunStore((state) => state.current?.backend ?? state.backend);
  const open = useExperimentStore((state) => state.experiment.data.train);
  const train = useDataStore((state) => state.dataset?.train ?? null);
  const dataStatus = useDataStore((state) => state.status);
  const preparing = useDataStore((state) => state.progress);
  const waitsForData = !isActive(run) && (dataStatus === "opening" || dataStatus === "preparing");
  const sentence = waitsForData
    ? `${preparing?.what ?? "Preparing the data set"}…`
    : runSentence(run, experiment, train) + dataNote(run, open);
  const share = waitsForData && preparing ? shareOf(preparing.done, preparing.total) : runShare(run);
  return (
    <section className={`card run ${run?.phase ?? "idle"}`} aria-label="Run">
      <div className="run-row">
        <LockGroup names={["run:train"]} says={false}>
          <Buttons run={run} />
        </LockGroup>
        <ProgressBar share={share} label={sentence} />
        <Figures run={run} epochs={experiment.epochs} />
      </div>
      <p
        className={run?.phase === "failed" ? "run-say bad" : "run-say"}
        role={run?.phase === "failed" ? "alert" : undefined}
      >
        {run?.phase === "failed" && <b>{run.name} failed. </b>}
        {sentence}
        {run?.phase === "failed" && run.error?.cause !== undefined && <span> ({String(run.error.cause)})</span>}
      </p>
      <LockGroup names={["run:train"]} says={false}>
        <ResumeOffer />
      </LockGroup>
      {backend && (
        <p className="run-backend">
          {backendSentence(backend)} {run && <span className={run.notKept ? "warn" : ""}>{keptSentence(run)}</span>}
        </p>
      )}
      <Announcer text={announcement(run)} />
    </section>
  );
}

const shareOf = (done: number, total: number): number | null => (total > 0 ? done / total : null);

function Buttons({ run }: { run: CurrentRun | null }) {
  const status = useDataStore((state) => state.status);
  const hasData = useDataStore((state) => state.dataset !== null);
  const issues = useExperimentStore((state) => state.issues);
  const start = useSweepStore((state) => state.train);
  const seeds = useSweepStore((state) => state.seeds);
  const step = useRunStore((state) => state.step);
  const control = useRunStore((state) => state.control);
  const phase = run?.phase ?? "idle";
  const active = isActive(run);
  const experiment = useExperimentStore((state) => state.experiment);
  const kept = usePretrainedStore((state) => state.kept);
  const refusal = trainRefusal(status, hasData, issues, missingModel(experiment, kept));
  const main = !active
    ? { label: trainLabel(run, seeds), act: () => void start(), disabled: refusal !== null }
    : phase === "paused"
      ? { label: "Resume", act: () => control("resume"), disabled: false }
      : { label: "Pause", act: () => control("pause"), disabled: phase === "evaluating" };
  return (
    <div className="run-buttons">
      <button
        type="button"
        className="primary"
        disabled={main.disabled}
        title={refusal && !active ? refusal : "Ctrl+Enter"}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        onClick={main.act}
      >
        {main.label}
      </button>
      <button
        type="button"
        disabled={active ? phase !== "paused" && phase !== "running" : main.disabled}
        title="Trains one step and pauses (Ctrl+Shift+Enter)"
        aria-keyshortcuts="Control+Shift+Enter"
        onClick={step}
      >
        Step
      </button>
      <button
        type="button"
        disabled={!active}
        title="Ctrl+."
        aria-keyshortcuts="Control+. Meta+."
        onClick={() => control("stop")}
      >
        Stop
      </button>
    </div>
  );
}

/** Several seeds are said, since they take as many times as long. */
const trainLabel = (run: CurrentRun | null, seeds: number): string =>
  seeds > 1 ? `Train ${seeds} seeds` : run ? "Train again" : "Train";

function ProgressBar({ share, label }: { share: number | null; label: string }) {
  const percent = share === null ? null : Math.round(100 * share);
  return (
    <div
      className={`progress${percent === null ? " unknown" : ""}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <i style={{ width: `${percent ?? 30}%` }} />
    </div>
  );
}

function Figures({ run, epochs }: { run: CurrentRun | null; epochs: number }) {
  const epoch = run?.lastStep?.epoch ?? 0;
  const place = useSweepStore((state) => placeWords(state.sweeps, run?.sweep ?? null));
  const [of = "", ...which] = place?.split(" ") ?? [];
  const figures: { name: string; value: string; width: number }[] = [
    { name: "epoch", value: `${formatCount(epoch)} / ${formatCount(epochs)}`, width: 2 * String(epochs).length + 3 },
    { name: "loss", value: run?.lastStep ? formatLoss(run.lastStep.loss) : "–", width: 5 },
    { name: "steps/s", value: run?.stepsPerSecond ? formatRate(run.stepsPerSecond) : "–", width: 4 },
    { name: "left", value: isActive(run) && run.stepsPerSecond > 0 ? formatDuration(run.msLeft) : "–", width: 7 },
    { name: "memory", value: run?.memoryBytes ? formatBytes(run.memoryBytes) : "–", width: 6 },
    // In the room of one, so that nothing moves.
    place === null
      ? { name: "tensors", value: run?.numTensors ? formatCount(run.numTensors) : "–", width: 4 }
      : { name: of, value: which.join(" "), width: 6 },
  ];
  return (
    <dl className="figures">
      {figures.map(({ name, value, width }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd style={{ minWidth: `${width}ch` }}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
