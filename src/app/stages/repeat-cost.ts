import type { Experiment } from "../../shared/experiment.ts";
import { hasNoiseBelow, isFrozen, repeatsBackbone } from "../../shared/noise-misfits.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { plural } from "../ui/format.ts";

/**
 * True where noisy views are made ahead and drawn from a bank (method, "Noise"): noise below a frozen backbone, and noise
 * that chooses among the tokens of a text.
 */
export const usesViewBank = (experiment: Experiment): boolean =>
  isFrozen(experiment)
    ? hasNoiseBelow(experiment)
    : MODALITY_OF[experiment.task] === "text" && experiment.repeat.noises.some(({ site }) => site === "input");

/** Why there is a bank, in a sentence. */
export function bankHint(experiment: Experiment): string {
  const { views, k } = experiment.repeat;
  const bank = plural(Math.max(views, k), "noisy view");
  return isFrozen(experiment)
    ? `Noise below the frozen backbone changes what it reads, so ${bank} of each sample are encoded once and drawn from.`
    : `Which tokens a view keeps is drawn ahead: ${bank} of each sample are drawn from.`;
}

/** How often backbone and head run in training, over the whole run: what can be said before anything is measured. */
export function passesOf(experiment: Experiment, train: number): { backbone: number; head: number } {
  const { epochs, repeat, aggregate } = experiment;
  const samples = train * epochs;
  const encoded = train * (usesViewBank(experiment) ? 1 + repeat.views : 1);
  return {
    backbone: isFrozen(experiment) ? encoded : samples * (repeatsBackbone(experiment) ? repeat.k : 1),
    head: samples * (aggregate.level === "features" ? 1 : repeat.k),
  };
}

/** What K costs, in a sentence: only what lies above the repeat point runs K times. */
export function repeatCost(experiment: Experiment): string {
  const { k } = experiment.repeat;
  if (k === 1) return "One pass per sample: ordinary fine-tuning, the baseline.";
  if (isFrozen(experiment)) {
    const bank = usesViewBank(experiment) ? `a bank of ${Math.max(experiment.repeat.views, k)} views` : "one view";
    return `${k} passes through the head per sample; the frozen backbone runs ahead, once for ${bank} a sample.`;
  }
  if (repeatsBackbone(experiment)) return `${k} passes through backbone and head per sample.`;
  return `${k} passes through the head per sample; the backbone runs once, since its input does not differ.`;
}
