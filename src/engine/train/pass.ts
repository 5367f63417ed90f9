import { actsOnLayer, mixesSamples } from "../../shared/noise-misfits.ts";
import type { Noise } from "../../shared/plugins/noises/index.ts";
import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import type { Level, Site } from "../../shared/task.ts";
import { type DrawPosition, Draws } from "../draws.ts";
import type { Context, Params } from "../models/model.ts";
import { applyEmbeddingNoise, applyNoise } from "../noises/index.ts";
import type { NoiseFacts } from "../noises/noise.ts";
import { buildPooling } from "../poolings/index.ts";
import { type Tensor, type Tensor2D, type Tensor3D, tf } from "../tf.ts";
import { repeatRows } from "./levels.ts";
import type { Network } from "./network.ts";

/** How a batch goes through the network: K times with these noises, or once without any. */
export interface PassOptions {
  readonly k: number;
  readonly noises: readonly Noise[];
  readonly level: Level;
  /** f at the level `features`, which pools below the head. */
  readonly pooling: Pooling;
  readonly facts: NoiseFacts;
  readonly position: Omit<DrawPosition, "rows" | "k">;
  /** Samples side by side whose outputs are pooled together; 1 where it is left out. */
  readonly groupSize?: number;
}

/** Dropout at a layer of a model takes streams of its own, above those of all noises in the list. */
export const streamOfLayer = (layer: number, noise: number): number => 16 * (layer + 1) + noise;

/** Dropout that a tuning method has takes streams of its own, above those of all layers. */
const MODEL_STREAMS = 1 << 14;

const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };

/** One clean pass: x [batch, ...] -> logits [batch, 1, classes]. */
export function cleanPass(network: Network, params: Params, x: Tensor): Tensor3D {
  const z = network.head(params, network.features(params, x, CLEAN), CLEAN);
  return tf.expandDims(z, 1) as Tensor3D;
}

/**
 * K noisy passes folded into the batch: x [batch, ...] -> logits [batch, K, classes], or [batch, 1, classes] at the
 * level `features`; groups of g samples give [batch / g, g K, classes], or [batch / g, 1, classes]. What lies below the first noise (the repeat point) is computed once per sample.
 * @param repeated true where x already holds K views a sample, [batch * K, ...]
 */
export function repeatedPass(
  network: Network,
  params: Params,
  x: Tensor,
  options: PassOptions,
  repeated = false,
): Tensor3D {
  const { k, level, pooling, facts, groupSize = 1 } = options;
  const batch = (x.shape[0] as number) / (repeated ? k : 1);
  const atHidden = noisesAt(options, "hidden");
  const noisesOf = (layer: number) => atHidden.filter(({ noise }) => actsOnLayer(noise, layer + 1));
  const onEmbeddings = noisesAt(options, "token-embedding");
  /** Each layer draws masks of its own; at the first that does, the repeats part. */
  const noisy = (rows: number, repeats: number): Context => {
    const parted = (y: Tensor): Tensor => (y.shape[0] === rows ? fold(y, repeats) : y);
    return {
      repeated: parted,
      hidden: (activation, layer) => {
        const noises = noisesOf(layer);
        return noises.reduce(
          (y, { noise, i }) => applyNoise(noise, y, draws(options, rows, repeats, streamOfLayer(layer, i)), facts),
          noises.length > 0 ? parted(activation) : activation,
        );
      },
      embedded: (embeddings, mask) => {
        if (onEmbeddings.length === 0) return embeddings;
        const everyMask = parted(mask);
        return onEmbeddings.reduce(
          (y, { noise, i }) => applyEmbeddingNoise(noise, y, everyMask, draws(options, rows, repeats, i)),
          parted(embeddings),
        );
      },
      dropout: (y, rate, place) =>
        applyNoise(
          { id: "dropout", site: "hidden", rate, layers: [] },
          y,
          draws(options, rows, repeats, MODEL_STREAMS + place),
          facts,
        ),
    };
  };

  const early = !repeated && noisesAt(options, "input").length > 0;
  const below = network.features(params, early ? noisyInputs(x, options) : x, noisy(batch, k));
  const features = noisyAt("features", below.shape[0] === batch ? fold(below, k) : below, batch, options);
  const groups = batch / groupSize;
  if (level !== "features") return unfold(network.head(params, features, noisy(batch, k)), groups, groupSize * k);
  const pooled = buildPooling(pooling, params).pool(unfold(features as Tensor2D, groups, groupSize * k));
  // Above the pooling there is one row a group.
  return tf.expandDims(network.head(params, pooled, noisy(groups, 1)), 1) as Tensor3D;
}

/** K copies of each input, each under its own draw of the input noises: [batch, ...] -> [batch * K, ...]. */
export function noisyInputs(x: Tensor, options: PassOptions): Tensor {
  return noisyAt("input", fold(x, options.k), x.shape[0] as number, options);
}

/**
 * Targets under the noises that mix samples, by the very draws that mix the inputs: [batch, classes] ->
 * [batch, K, classes], or [batch, 1, classes] where no noise mixes; groups as in {@link repeatedPass}.
 */
export function noisyTargets(target: Tensor2D, options: PassOptions): Tensor3D {
  const mixing = noisesAt(options, "input").filter(({ noise }) => mixesSamples(noise.id));
  const [batch, classes] = target.shape;
  const groupSize = options.groupSize ?? 1;
  // A group is of one class: any member's target is the group's.
  if (mixing.length === 0) return tf.slice(unfold(target, batch / groupSize, groupSize), [0, 0, 0], [-1, 1, classes]);
  const mixed = mixing.reduce(
    (y, { noise, i }) => applyNoise(noise, y, draws(options, batch, options.k, i), options.facts),
    fold(target, options.k),
  );
  return unfold(mixed as Tensor2D, batch / groupSize, groupSize * options.k);
}

function noisyAt(site: Site, h: Tensor, batch: number, options: PassOptions): Tensor {
  return noisesAt(options, site).reduce(
    (y, { noise, i }) => applyNoise(noise, y, draws(options, batch, options.k, i), options.facts),
    h,
  );
}

/**
 * The noises of a site with their places in the list, which name their streams. Those that mix samples act in
 * training alone: elsewhere an output must be of its own sample.
 */
const noisesAt = ({ noises, position }: PassOptions, site: Site): { noise: Noise; i: number }[] =>
  noises
    .map((noise, i) => ({ noise, i }))
    .filter(({ noise }) => noise.site === site && (position.purpose === "noise" || !mixesSamples(noise.id)));

const draws = ({ position }: PassOptions, rows: number, k: number, stream: number): Draws =>
  new Draws({ ...position, rows, k }, stream);

/** [batch, ...] -> [batch * K, ...]. */
function fold(x: Tensor, k: number): Tensor {
  const [batch = 0, ...rest] = x.shape;
  return k === 1 ? x : tf.reshape(repeatRows(x, k), [batch * k, ...rest]);
}

/** [batch * K, dim] -> [batch, K, dim]. */
function unfold(x: Tensor2D, batch: number, k: number): Tensor3D {
  return tf.reshape(x, [batch, k, x.shape[1]]);
}
