import type { Choice } from "../card.ts";
import { colour } from "./colour.ts";
import { crop } from "./crop.ts";
import { cutout } from "./cutout.ts";
import { dropout } from "./dropout.ts";
import { featureDrop } from "./feature-drop.ts";
import { flip } from "./flip.ts";
import { gaussian } from "./gaussian.ts";
import { mixup } from "./mixup.ts";
import { neftune } from "./neftune.ts";
import { rotate } from "./rotate.ts";
import { shift } from "./shift.ts";
import { spanMask } from "./span-mask.ts";
import { tokenDrop } from "./token-drop.ts";
import { tokenSwap } from "./token-swap.ts";

/** Every noise, in the order in which the page offers them. */
export const NOISES = [
  gaussian,
  dropout,
  featureDrop,
  shift,
  flip,
  crop,
  rotate,
  colour,
  cutout,
  tokenDrop,
  tokenSwap,
  spanMask,
  neftune,
  mixup,
] as const;
export type Noise = Choice<(typeof NOISES)[number]>;
export type NoiseId = Noise["id"];
export type NoiseOf<Id extends NoiseId> = Extract<Noise, { id: Id }>;
