import type { Choice } from "../card.ts";
import { adapters } from "./adapters.ts";
import { bitfit } from "./bitfit.ts";
import { full } from "./full.ts";
import { headOnly } from "./head-only.ts";
import { lastN } from "./last-n.ts";
import { layerNorm } from "./layer-norm.ts";
import { lora } from "./lora.ts";
import { prefix } from "./prefix.ts";

/** Every tuning method, in the order in which the page offers them. */
export const TUNINGS = [full, headOnly, lastN, lora, adapters, prefix, bitfit, layerNorm] as const;
export type Tuning = Choice<(typeof TUNINGS)[number]>;
export type TuningId = Tuning["id"];
export type TuningOf<Id extends TuningId> = Extract<Tuning, { id: Id }>;
