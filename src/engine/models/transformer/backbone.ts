import type { Tuning } from "../../../shared/plugins/tunings/index.ts";
import type { TransformerConfig } from "../../pretrained/config.ts";
import { tf } from "../../tf.ts";
import { buildTuning } from "../../tunings/index.ts";
import type { HostParams, Params, TrainableBackbone } from "../model.ts";
import { encode } from "./encoder.ts";
import { pooled } from "./pooling.ts";
import { depthOf, numTokens } from "./shapes.ts";

/** A pretrained transformer under a tuning method. Reads ids [rows, tokens], -1 at padding, or images in [0, 1]. */
export interface TransformerBackbone extends TrainableBackbone {
  /** How deep a trained parameter lies, from 0 at the embeddings to {@link depths} at what lies above all layers. */
  depthOf(name: string): number;
  /** Depth of the head: layers + 1. */
  readonly depths: number;
  /**
   * Parameters of a plain transformer that computes the same; null where the tuning method does not end in one.
   * @param trained values by name
   */
  merged(trained: HostParams): HostParams | null;
  /** Frees what is frozen. */
  dispose(): void;
}

/**
 * The trainable part of a transformer: what the tuning method trains is theta, all else lies on the current backend until
 * `dispose()`.
 * @param base of `readBackbone`
 * @param tokens the most in a row; by default as many as the model reads
 */
export function transformerBackbone(
  config: TransformerConfig,
  base: HostParams,
  choice: Tuning,
  tokens = numTokens(config),
): TransformerBackbone {
  const { hidden, intermediate, heads, layers } = config;
  const tuning = buildTuning(choice, config);
  const frozen: Params = Object.fromEntries(
    Object.entries(base)
      .filter(([name]) => !tuning.trains(name))
      .map(([name, { values, shape }]) => [name, tf.keep(tf.tensor(values, [...shape]))]),
  );
  const { insertion } = tuning;
  return {
    featureSize: hidden,
    widest: tokens * Math.max(hidden, intermediate, heads * tokens),
    numHidden: layers,
    init: (stream) => tuning.init(base, stream),
    apply: (trained, x, context) => {
      const params = { ...frozen, ...trained };
      return pooled(config, params, encode({ config, insertion }, params, x, context));
    },
    depthOf: (name) => depthOf(name, config),
    depths: layers + 1,
    merged: (trained) => tuning.merged(base, trained),
    dispose: () => tf.dispose(frozen),
  };
}
