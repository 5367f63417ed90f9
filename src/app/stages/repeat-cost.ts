import type { Experiment } from "../../shared/experiment.ts";
import { actsInBackbone, hasNoiseBelow, isFrozen } from "../../shared/noise-misfits.ts";

/** Noise below a frozen backbone: views are encoded ahead and drawn from a bank (method, "Noise"). */
export const usesViewBank = (experiment: Experiment): boolean => isFrozen(experiment) && hasNoiseBelow(experiment);

/** How often backbone and head run in training, over the whole run: what can be said before anything is measured. */
export function passesOf(experiment: Experiment, train: number): { backbone: number; head: number } {
  const { epochs, repeat, aggregate } = experiment;
  const samples = train * epochs;
  const repeated = hasNoiseBelow(experiment) || repeat.noises.some((noise) => actsInBackbone(noise, experiment));
  const encoded = train * (usesViewBank(experiment) ? 1 + repeat.views : 1);
  return {
    backbone: isFrozen(experiment) ? encoded : samples * (repeated ? repeat.k : 1),
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
  if (hasNoiseBelow(experiment) || experiment.repeat.noises.some((noise) => actsInBackbone(noise, experiment)))
    return `${k} passes through backbone and head per sample.`;
  return `${k} passes through the head per sample; the backbone runs once, since its input does not differ.`;
}
