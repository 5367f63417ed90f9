import type { Level } from "../../task.ts";
import type { Choice } from "../card.ts";
import { logitVariance } from "./logit-variance.ts";
import { symmetricKl } from "./symmetric-kl.ts";

/** Every measure of how far the repeats of a sample disagree, in the order in which the page offers them. */
export const CONSISTENCIES = [symmetricKl, logitVariance] as const;
export type Consistency = Choice<(typeof CONSISTENCIES)[number]>;
export type ConsistencyId = Consistency["id"];
export type ConsistencyOf<Id extends ConsistencyId> = Extract<Consistency, { id: Id }>;

/** Why repeats cannot be compared at a level, or null where they can. */
export const consistencyMisfit = (level: Level): string | null =>
  level === "features"
    ? "the features are pooled before the head, so a sample has one output and no repeats of it"
    : null;
