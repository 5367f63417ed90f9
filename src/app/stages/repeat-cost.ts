import type { Experiment } from "../../shared/experiment.ts";
import { actsInBackbone, isFrozen } from "../../shared/noise-misfits.ts";
import { SITES_BELOW_BACKBONE } from "../../shared/task.ts";

const hasNoiseBelow = ({ repeat }: Experiment): boolean =>
  repeat.noises.some(({ site }) => SITES_BELOW_BACKBONE.includes(site));

/** Noise below a frozen backbone: views are encoded ahead and drawn from a bank (method, "Noise"). */
export const usesViewBank = (experiment: Experiment): boolean => isFrozen(experiment) && hasNoiseBelow(experiment);

/** What K costs, in a sentence: only what lies above the repeat point runs K times. */
export function repeatCost(experiment: Experiment): string {
  const { k } = experiment.repeat;
  if (k === 1) return "One pass per sample: ordinary fine-tuning, the baseline.";
  if (isFrozen(experiment)) {
    const bank = usesViewBank(experiment) ? `a bank of ${Math.max(experiment.repeat.views, k)} views` : "one view";
    return `${k} passes through the head per sample; the frozen backbone runs ahead, once for ${bank} a sample.`;
  }
  if (hasNoiseBelow(experiment) || experiment.repeat.noises.some((noise) => actsInBackbone(noise, experiment)))
    return `${k} passes through backbone and head per sample.`;
  return `${k} passes through the head per sample; the backbone runs once, since its input does not differ.`;
}
