import type { Experiment } from "../../shared/experiment.ts";
import { BACKBONES } from "../../shared/plugins/backbones/index.ts";
import { cardById } from "../../shared/plugins/card.ts";

const isFrozen = (experiment: Experiment): boolean =>
  cardById(BACKBONES, experiment.backbone.id).pretrained !== null && experiment.tuning.id === "head-only";

const hasNoiseAt = (experiment: Experiment, site: string): boolean =>
  experiment.repeat.noises.some((noise) => noise.site === site);

/** Input noise under a frozen backbone: views are encoded ahead and drawn from a bank (method, "Noise"). */
export const usesViewBank = (experiment: Experiment): boolean =>
  isFrozen(experiment) && hasNoiseAt(experiment, "input");

/** What K costs, in a sentence: only what lies above the repeat point runs K times. */
export function repeatCost(experiment: Experiment): string {
  const { k } = experiment.repeat;
  if (k === 1) return "One pass per sample: ordinary fine-tuning, the baseline.";
  if (isFrozen(experiment)) {
    const bank = usesViewBank(experiment) ? `a bank of ${Math.max(experiment.repeat.views, k)} views` : "one view";
    return `${k} passes through the head per sample; the frozen backbone runs ahead, once for ${bank} a sample.`;
  }
  if (hasNoiseAt(experiment, "input") || hasNoiseAt(experiment, "hidden"))
    return `${k} passes through backbone and head per sample.`;
  return `${k} passes through the head per sample; the backbone runs once, since its input does not differ.`;
}
