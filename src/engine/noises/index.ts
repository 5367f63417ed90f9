import type { Noise, NoiseId, NoiseOf } from "../../shared/plugins/noises/index.ts";
import type { Draws } from "../draws.ts";
import type { Tensor } from "../tf.ts";
import { crop } from "./crop.ts";
import { cutout } from "./cutout.ts";
import { dropout } from "./dropout.ts";
import { flip } from "./flip.ts";
import { gaussian } from "./gaussian.ts";
import type { NoiseBuild, NoiseFacts } from "./noise.ts";
import { rotate } from "./rotate.ts";
import { shift } from "./shift.ts";
import { tokenDrop } from "./token-drop.ts";

/** The build of every noise card; a card without one, or the reverse, does not compile. */
const BUILDS: { readonly [Id in NoiseId]: NoiseBuild<NoiseOf<Id>> } = {
  gaussian,
  dropout,
  shift,
  flip,
  crop,
  rotate,
  cutout,
  "token-drop": tokenDrop,
};

const buildOf = (noise: Noise): NoiseBuild<Noise> => BUILDS[noise.id] as NoiseBuild<Noise>;

/** Applies a noise on tensors: x [rows * K, ...] -> the same shape. */
export function applyNoise(noise: Noise, x: Tensor, draws: Draws, facts: NoiseFacts): Tensor {
  const build = buildOf(noise);
  if (build.kind !== "tensor") throw new Error(`"${noise.id}" works on tokens, not on tensors.`);
  return build.apply(x, draws, noise, facts);
}

/** Which tokens a noise leaves, or null where it is not a noise on tokens. */
export function keptTokens(noise: Noise, count: number, uniforms: ArrayLike<number>): boolean[] | null {
  const build = buildOf(noise);
  return build.kind === "tokens" ? build.keep(count, uniforms, noise) : null;
}
