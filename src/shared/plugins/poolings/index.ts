import type { Level } from "../../task.ts";
import { type Choice, cardById } from "../card.ts";
import { type Objective, termsOf } from "../objectives/index.ts";
import { attention } from "./attention.ts";
import { generalizedMean } from "./generalized-mean.ts";
import { logMeanExp } from "./log-mean-exp.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { min } from "./min.ts";
import type { PoolingCard } from "./pooling-card.ts";
import { trimmedMean } from "./trimmed-mean.ts";

/** Every pooling f, in the order in which the page offers them. */
export const POOLINGS = [mean, max, min, logMeanExp, generalizedMean, median, trimmedMean, attention] as const;
export type Pooling = Choice<(typeof POOLINGS)[number]>;
export type PoolingId = Pooling["id"];
export type PoolingOf<Id extends PoolingId> = Extract<Pooling, { id: Id }>;

/** The level at which f' pools to predict: what the level `loss` pools cannot be predicted with. */
export const inferenceLevel = (level: Level): Level => (level === "loss" ? "probabilities" : level);

/**
 * Why a learnt pooling cannot be had here, or null where it can. It weighs one distribution over the classes, and
 * predicts with what training has taught it.
 */
export function learntMisfit(
  path: "aggregate.pooling" | "inference.pooling",
  { aggregate, inference, objective }: { aggregate: Aggregate; inference: { pooling: Pooling }; objective: Objective },
): string | null {
  const pooling = path === "aggregate.pooling" ? aggregate.pooling : inference.pooling;
  if (pooling.id !== "attention") return null;
  if (path === "inference.pooling" && JSON.stringify(pooling) !== JSON.stringify(aggregate.pooling))
    return "its weights are learnt in training, so it can only pool at test time what it has pooled there";
  const binary = termsOf(objective).some((term) => term.objective.id === "binary-cross-entropy");
  return binary && aggregate.level === "probabilities"
    ? "it weighs one distribution over the classes, and binary cross-entropy has one for each class"
    : null;
}

interface Aggregate {
  readonly level: Level;
  readonly pooling: Pooling;
}

/** Why a pooling makes no sense at a level, or null where it does. */
export const poolingMisfit = (id: PoolingId, level: Level): string | null =>
  (cardById(POOLINGS, id) as PoolingCard).refused?.[level] ?? null;
