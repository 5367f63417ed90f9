import type { Experiment } from "../../shared/experiment.ts";
import { objectiveWords } from "../../shared/objective-words.ts";
import type { EpochRecord } from "../../shared/run-record.ts";
import { formatLoss, formatPercent, plural } from "../ui/format.ts";

/** Epochs without a better validation loss before the sentence speaks of it. */
const PATIENCE = 3;
/** A rise smaller than this share of the best loss is called "no longer falling", not overfitting. */
const RISE = 0.02;

/** One honest sentence on the loss curves so far. */
export function lossSentence(epochs: readonly EpochRecord[], hasValidation: boolean): string {
  const first = epochs[0];
  const last = epochs.at(-1);
  if (!first || !last)
    return hasValidation
      ? "The first epoch is under way."
      : "There is no validation set, so overfitting will not be seen here.";
  if (!Number.isFinite(last.trainLoss))
    return `The training loss is no longer a number since epoch ${firstBroken(epochs)}: lower the learning rate or clip gradients.`;
  const fell = `Training loss went from ${formatLoss(first.trainLoss)} to ${formatLoss(last.trainLoss)}`;
  const best = bestEpoch(epochs);
  if (!best || last.validationLoss === null)
    return `${fell}. There is no validation set, so overfitting cannot be seen.`;
  const since = last.epoch - best.epoch;
  if (since < PATIENCE)
    return since === 0 && epochs.length > 1
      ? `Validation loss still falls (${formatLoss(last.validationLoss)}); no sign of overfitting at epoch ${last.epoch}.`
      : `Validation loss is ${formatLoss(last.validationLoss)}, at its best ${formatLoss(best.loss)} in epoch ${best.epoch}.`;
  const where = `its best, ${formatLoss(best.loss)} in epoch ${best.epoch}`;
  if (last.validationLoss > best.loss * (1 + RISE))
    return `Validation loss has risen to ${formatLoss(last.validationLoss)} in the ${plural(since, "epoch")} since ${where}: the model overfits.`;
  return `Validation loss has not improved in the ${plural(since, "epoch")} since ${where}; more training buys little.`;
}

/** What has to be known before two losses are compared; nothing where they are the same quantity. */
export function lossNote(experiment: Experiment, overlaid: readonly Experiment[]): string {
  const words = objectiveWords(experiment);
  const others = overlaid.some((other) => objectiveWords(other) !== words);
  return [
    experiment.consistency ? " Training adds the repeats' disagreement; validation has none." : "",
    others ? " Losses of different objectives cannot be compared." : "",
  ].join("");
}

/**
 * One honest sentence on the accuracy curves so far: how far pooled passes and one clean pass differ, and how many
 * items that is.
 */
export function accuracySentence(epochs: readonly EpochRecord[], validationItems: number, k: number): string {
  if (validationItems === 0)
    return "There is no validation set, so there is no accuracy to follow. See Data to split one off.";
  const last = epochs.findLast((epoch) => epoch.validationAccuracy !== null);
  if (!last || last.validationAccuracy === null) return "Accuracy is measured at the end of each epoch.";
  const clean = last.validationAccuracy;
  const pooled = last.validationPooledAccuracy;
  const of = plural(validationItems, "validation item");
  if (pooled === null || k === 1) return `One clean pass gets ${formatPercent(clean)} of ${of} right.`;
  const items = Math.round((pooled - clean) * validationItems);
  if (items === 0) return `${k} pooled passes and one clean pass both get ${formatPercent(clean)} of ${of} right.`;
  const points = (100 * Math.abs(pooled - clean)).toFixed(1);
  const verb = items > 0 ? "lead" : "trail";
  return `${k} pooled passes ${verb} one clean pass by ${points} points: ${Math.abs(items)} of ${of}.`;
}

/** The epoch with the smallest validation loss; null without validation. */
export function bestEpoch(epochs: readonly EpochRecord[]): { epoch: number; loss: number } | null {
  let best: { epoch: number; loss: number } | null = null;
  for (const { epoch, validationLoss: loss } of epochs)
    if (loss !== null && Number.isFinite(loss) && (best === null || loss < best.loss)) best = { epoch, loss };
  return best;
}

const firstBroken = (epochs: readonly EpochRecord[]): number =>
  epochs.find((epoch) => !Number.isFinite(epoch.trainLoss))?.epoch ?? 1;
