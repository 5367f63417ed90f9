import type { Noise, NoiseId, NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { Draws } from "../draws.ts";
import { type Tensor, tf } from "../tf.ts";
import { colour } from "./colour.ts";
import { crop } from "./crop.ts";
import { cutout } from "./cutout.ts";
import { dropout } from "./dropout.ts";
import { featureDrop } from "./feature-drop.ts";
import { flip } from "./flip.ts";
import { gaussian } from "./gaussian.ts";
import { mixup } from "./mixup.ts";
import { neftune } from "./neftune.ts";
import type { EmbeddingNoise, NoiseBuild, NoiseFacts, TokenNumbers } from "./noise.ts";
import { rotate } from "./rotate.ts";
import { shift } from "./shift.ts";
import { spanMask } from "./span-mask.ts";
import { tokenDrop } from "./token-drop.ts";
import { tokenSwap } from "./token-swap.ts";

/** The build of every noise card; a card without one, or the reverse, does not compile. */
const BUILDS: { readonly [Id in NoiseId]: NoiseBuild<NoiseOf<Id>> } = {
  gaussian,
  dropout,
  "feature-drop": featureDrop,
  shift,
  flip,
  crop,
  rotate,
  colour,
  cutout,
  "token-drop": tokenDrop,
  "token-swap": tokenSwap,
  "span-mask": spanMask,
  neftune,
  mixup,
};

const buildOf = (noise: Noise): NoiseBuild<Noise> => BUILDS[noise.id] as NoiseBuild<Noise>;

/** Applies a noise on tensors: x [rows * K, ...] -> the same shape. */
export function applyNoise(noise: Noise, x: Tensor, draws: Draws, facts: NoiseFacts): Tensor {
  const build = buildOf(noise);
  if (build.kind === "mixing") return build.apply(x, draws, noise);
  if (build.kind !== "tensor") throw new Error(`"${noise.id}" works on tokens, not on tensors.`);
  return build.apply(x, draws, noise, facts);
}

/** Which tokens a noise leaves, in their new order, or null where it is not a noise on tokens. */
export function selectTokens(noise: Noise, numbers: readonly TokenNumbers[]): number[] | null {
  const build = buildOf(noise);
  return build.kind === "tokens" ? build.select(numbers, noise) : null;
}

/**
 * Applies a noise on token embeddings: [rows * K, tokens, width] -> the same shape.
 * @param mask [rows * K, tokens], 1 at tokens and 0 at padding, where nothing is added
 */
export function applyEmbeddingNoise(noise: Noise, x: Tensor, mask: Tensor, draws: Draws): Tensor {
  const build = embeddingNoise(noise);
  if (!build) throw new Error(`"${noise.id}" does not work on token embeddings.`);
  const [, tokens = 0, width = 0] = x.shape;
  const drawn =
    build.distribution === "uniform"
      ? tf.sub(tf.mul(draws.uniform(tokens * width), 2), 1)
      : draws.normal(tokens * width);
  const weights = tf.mul(mask, build.scale(width, noise));
  const scales = build.perRootLength ? tf.mul(weights, tf.rsqrt(tf.maximum(tf.sum(mask, 1, true), 1))) : weights;
  return tf.add(x, tf.mul(tf.reshape(drawn, x.shape), tf.expandDims(scales, 2)));
}

/** What a noise does to token embeddings, or null where it cannot enter there. */
export function embeddingNoise(noise: Noise): EmbeddingNoise<Noise> | null {
  const build = buildOf(noise);
  return "embedding" in build ? (build.embedding ?? null) : null;
}
