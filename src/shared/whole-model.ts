import type { Experiment } from "./experiment.ts";
import type { TuningId } from "./plugins/tunings/index.ts";

/** Ways of tuning that leave parts of their own in the network, which no published layout has a place for. */
const OWN_PARTS: Partial<Record<TuningId, string>> = {
  prefix: "Prefix tuning adds keys and values to every layer",
  adapters: "Adapters add layers to the network",
};

/** Why an experiment's model cannot be written as a whole transformer, and what to do; null where it can. */
export function wholeModelRefusal({ backbone, tuning }: Pick<Experiment, "backbone" | "tuning">): string | null {
  if (backbone.id !== "transformer")
    return "Only a transformer by name or folder can be exported whole: save the model's own file instead.";
  const parts = OWN_PARTS[tuning.id];
  return parts
    ? `${parts}, for which the published layout has no place: save the small file of the model instead.`
    : null;
}
