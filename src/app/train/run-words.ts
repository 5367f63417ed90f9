import type { Experiment } from "../../shared/experiment.ts";
import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { isNamed, type KeptModels } from "../../shared/pretrained.ts";
import { SAMPLE_PREFIX, SAMPLES } from "../../shared/samples.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import type { CurrentRun } from "../stores/current-run.ts";
import type { DataStatus } from "../stores/data-store.ts";
import { formatCount, formatDuration, formatLoss, formatPercent, plural } from "../ui/format.ts";

/** What the run card says in one line, whatever the state. */
export function runSentence(run: CurrentRun | null, experiment: Experiment, train: number | null): string {
  if (!run) return idleSentence(experiment, train);
  switch (run.phase) {
    case "preparing":
      return run.progress?.what ?? (run.detail || "Getting ready");
    case "running":
      return run.detail || `Training on ${plural(run.dataset.train, "item")}, K = ${run.experiment.repeat.k}.`;
    case "paused":
      return `${capitalized(run.detail || "paused")}. Step trains one step; Resume goes on.`;
    case "evaluating":
      return run.progress?.what ?? (run.detail || "Evaluating");
    case "finished":
    case "stopped":
      return endSentence(run);
    case "failed":
      return run.error?.message ?? "The run failed.";
  }
}

/** Where a run was cut off, and from where it would go on. */
export function resumeSentence({ name, checkpoint, status, reason }: RunEntry): string {
  const why = status === "failed" ? `failed${reason ? ` (${reason.replace(/\.$/, "")})` : ""}` : "was cut off";
  if (!checkpoint) return `${name} ${why}.`;
  const { step, totalSteps, epoch } = checkpoint;
  return `${name} ${why}. It is kept up to step ${formatCount(step)} of ${formatCount(totalSteps)}, in epoch ${epoch}, and goes on from there as if nothing had been.`;
}

/** How far a run is kept, while it goes on. */
export function keptSentence({ phase, checkpoint, notKept }: CurrentRun): string {
  if (notKept !== null) return `Not kept: ${notKept}`;
  if (!checkpoint || phase === "finished" || phase === "stopped") return "";
  return `Kept up to step ${formatCount(checkpoint.step)}.`;
}

/** Which data a run is of, where others are open now; else nothing. */
export function dataNote(run: CurrentRun | null, open: string): string {
  const { train } = run?.experiment.data ?? {};
  if (train === undefined || train === open) return "";
  const sample = SAMPLES.find(({ id }) => train === `${SAMPLE_PREFIX}${id}`);
  return ` Its data: ${sample?.label ?? train}.`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function idleSentence(experiment: Experiment, train: number | null): string {
  if (train === null) return "Waiting for a data set.";
  const k = experiment.repeat.k === 1 ? "" : `, each ${experiment.repeat.k} times a step`;
  return `Ready: ${plural(experiment.epochs, "epoch")} on ${plural(train, "item")}${k}.`;
}

function endSentence({ phase, record, epochs }: CurrentRun): string {
  if (!record) return "Stopped before the first step.";
  const after = `after ${plural(epochs.length, "epoch")} in ${formatDuration(record.timing.totalMs)}`;
  const how = record.stoppedEarly ? "Stopped early" : phase === "finished" ? "Finished" : "Stopped";
  const test = record.test
    ? ` Test accuracy ${formatPercent(record.test.accuracy)} on ${formatCount(record.dataset.test)}.`
    : "";
  return `${how} ${after}.${test}`;
}

/** Why a model by name stands in the way, or null where it does not. */
export function missingModel({ backbone, task }: Experiment, kept: KeptModels | null): string | null {
  if (backbone.id !== "transformer" || kept === null) return null;
  const model = kept.models.find((each) => isNamed(each, backbone));
  if (!model) return `${backbone.source} is not on this machine; see Backbone.`;
  const has = MODALITY_OF[task];
  return model.modality === has ? null : `${backbone.source} reads ${model.modality}, not ${has}; see Backbone.`;
}

/** Why Train cannot be pressed, or null where it can. */
export function trainRefusal(
  status: DataStatus,
  hasData: boolean,
  issues: readonly { path: string; message: string }[],
  missing: string | null,
) {
  if (issues.length > 0) return `${issues[0]?.path}: ${issues[0]?.message}`;
  if (hasData) return missing;
  if (status === "opening" || status === "preparing") return "The data set is being prepared.";
  return "Open a data set first.";
}

/** What a screen reader is told of a run while it goes on: short, and only what has changed for good. */
export function announcement(run: CurrentRun | null): string {
  if (!run) return "";
  if (run.phase === "running") {
    const epoch = run.epochs.at(-1);
    if (!epoch) return `${run.name} is training.`;
    const validation =
      epoch.validationAccuracy === null ? "" : `, validation accuracy ${formatPercent(epoch.validationAccuracy)}`;
    return `Epoch ${epoch.epoch}: loss ${formatLoss(epoch.trainLoss)}${validation}.`;
  }
  if (run.phase === "finished" || run.phase === "stopped") return endSentence(run);
  if (run.phase === "failed") return `${run.name} failed: ${run.error?.message ?? ""}`;
  return `${run.name}: ${run.phase}.`;
}

/** Share of the run that is done, 0 to 1; null where no one can know. */
export function runShare(run: CurrentRun | null): number | null {
  if (!run) return 0;
  if (run.phase === "finished") return 1;
  if (run.phase === "preparing" || run.phase === "evaluating") {
    const { progress } = run;
    return progress && progress.total > 0 ? progress.done / progress.total : null;
  }
  return run.totalSteps > 0 ? (run.lastStep?.step ?? 0) / run.totalSteps : 0;
}
