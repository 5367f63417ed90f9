import type { Choice } from "../card.ts";
import { crossEntropy } from "./cross-entropy.ts";

/** Every objective, in the order in which the page offers them. */
export const OBJECTIVES = [crossEntropy] as const;
export type Objective = Choice<(typeof OBJECTIVES)[number]>;
export type ObjectiveId = Objective["id"];
