import type { Choice } from "../card.ts";
import { full } from "./full.ts";
import { headOnly } from "./head-only.ts";

/** Every tuning method, in the order in which the page offers them. */
export const TUNINGS = [full, headOnly] as const;
export type Tuning = Choice<(typeof TUNINGS)[number]>;
export type TuningId = Tuning["id"];
