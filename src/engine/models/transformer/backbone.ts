import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import type { TransformerConfig } from "../../pretrained/config.ts";
import { buildTuning } from "../../tunings/index.ts";
import type { HostParams, LayerDepths, TrainableBackbone } from "../model.ts";
import type { ResidentParams } from "../resident-params.ts";
import { encode } from "./encoder.ts";
import { pooled } from "./pooling.ts";
import { depthOf, numTokens } from "./shapes.ts";

/** A pretrained transformer under a tuning method. Reads ids [rows, tokens], -1 at padding, or images in [0, 1]. */
export interface TransformerBackbone extends TrainableBackbone {
  /**
   * Parameters of a plain transformer that computes the same; null where the tuning method does not end in one.
   * @param trained values by name
   */
  merged(trained: HostParams): HostParams | null;
  readonly depths: LayerDepths;
  /** Lets go of what resides on devices, here and wherever else it is read. */
  dispose(): void;
}

/**
 * The trainable part of a transformer on the current backend: what the tuning method trains is theta, all else is read
 * where it resides.
 * @param base of `readBackbone`
 * @param tokens the most in a row; by default as many as the model reads
 * @param recompute whether the backward pass computes each layer once more, so that a step need not keep its inside
 */
export function transformerBackbone(
  config: TransformerConfig,
  base: ResidentParams,
  choice: Tuning,
  tokens = numTokens(config),
  recompute = false,
): TransformerBackbone {
  const { hidden, intermediate, heads, layers } = config;
  const tuning = buildTuning(choice, config);
  const frozen = Object.keys(base.host).filter((name) => !tuning.trains(name));
  const { insertion } = tuning;
  // Before the first step: a step that made them could not be recorded.
  base.get(frozen);
  return {
    featureSize: hidden,
    widest: tokens * Math.max(hidden, intermediate, heads * tokens),
    frozenParameters: frozen.reduce((sum, name) => sum + (base.host[name]?.values.length ?? 0), 0),
    numHidden: layers,
    init: (stream) => tuning.init(base.host, stream),
    apply: (trained, x, context) => {
      const params = { ...base.get(frozen), ...trained };
      const keeping = { trained: Object.keys(trained), recompute };
      return pooled(config, params, encode({ config, insertion, keeping }, params, x, context));
    },
    depths: { of: (name) => depthOf(name, config), count: layers + 1 },
    merged: (trained) => {
      const { merged } = tuning;
      if (!merged) return null;
      const entries = Object.entries(base.host).map(([name, pretrained]) => [name, merged(name, pretrained, trained)]);
      return Object.fromEntries(entries);
    },
    dispose: () => base.dispose(),
  };
}
