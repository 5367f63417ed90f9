import type { Tuning } from "../../shared/plugins/tunings/index.ts";
import type { HostParams, LayerDepths, Params } from "./model.ts";
import type { ResidentParams } from "./resident-params.ts";

/** A pretrained backbone's weights under a tuning method that adds none of its own. */
export interface TunedWeights {
  /** What is trained, as it was pretrained. */
  readonly trained: HostParams;
  /** Weights that stay as they are. */
  readonly frozenParameters: number;
  /** All weights, those that stay as they are beside the trained ones. */
  whole(trained: Params): Params;
}

/**
 * Parts a backbone's weights into those that a method trains and those that lie on the current backend as they are.
 * @param weights under the names that they have in a model
 * @throws Error for a method that needs more than a choice of weights
 */
export function tunedWeights(
  backbone: string,
  weights: ResidentParams,
  depths: LayerDepths,
  tuning: Tuning,
): TunedWeights {
  const trains = chooses(tuning, depths);
  if (!trains) throw new Error(`"${backbone}" cannot be tuned by "${tuning.id}"; choose "full".`);
  const all = Object.entries(weights.host);
  const frozen = all.filter(([name]) => !trains(name)).map(([name]) => name);
  // Before the first step: a step that made them could not be recorded.
  weights.get(frozen);
  return {
    trained: Object.fromEntries(all.filter(([name]) => trains(name))),
    frozenParameters: frozen.reduce((sum, name) => sum + (weights.host[name]?.values.length ?? 0), 0),
    whole: (trained) => ({ ...weights.get(frozen), ...trained }),
  };
}

/** Which weights a method trains, by name; null where it is no choice of weights. */
function chooses(tuning: Tuning, { of, count }: LayerDepths): ((name: string) => boolean) | null {
  switch (tuning.id) {
    case "full":
      return () => true;
    case "last-n":
      return (name) => of(name) > Math.max(0, count - 1 - tuning.blocks);
    case "bitfit":
      return (name) => name.endsWith(".bias");
    case "layer-norm":
      return (name) => /\.norm\.(scale|bias)$/.test(name);
    default:
      return null;
  }
}
