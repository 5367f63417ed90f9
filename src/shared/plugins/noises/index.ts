import type { Choice } from "../card.ts";
import { crop } from "./crop.ts";
import { cutout } from "./cutout.ts";
import { dropout } from "./dropout.ts";
import { flip } from "./flip.ts";
import { gaussian } from "./gaussian.ts";
import { rotate } from "./rotate.ts";
import { shift } from "./shift.ts";
import { tokenDrop } from "./token-drop.ts";

/** Every noise, in the order in which the page offers them. */
export const NOISES = [gaussian, dropout, shift, flip, crop, rotate, cutout, tokenDrop] as const;
export type Noise = Choice<(typeof NOISES)[number]>;
export type NoiseId = Noise["id"];
export type NoiseOf<Id extends NoiseId> = Extract<Noise, { id: Id }>;
