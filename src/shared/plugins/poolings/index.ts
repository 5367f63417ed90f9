import type { Level } from "../../task.ts";
import { type Choice, cardById } from "../card.ts";
import { generalizedMean } from "./generalized-mean.ts";
import { logMeanExp } from "./log-mean-exp.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { min } from "./min.ts";
import type { PoolingCard } from "./pooling-card.ts";
import { trimmedMean } from "./trimmed-mean.ts";

/** Every pooling f, in the order in which the page offers them. */
export const POOLINGS = [mean, max, min, logMeanExp, generalizedMean, median, trimmedMean] as const;
export type Pooling = Choice<(typeof POOLINGS)[number]>;
export type PoolingId = Pooling["id"];
export type PoolingOf<Id extends PoolingId> = Extract<Pooling, { id: Id }>;

/** The level at which f' pools to predict: what the level `loss` pools cannot be predicted with. */
export const inferenceLevel = (level: Level): Level => (level === "loss" ? "probabilities" : level);

/** Why a pooling makes no sense at a level, or null where it does. */
export const poolingMisfit = (id: PoolingId, level: Level): string | null =>
  (cardById(POOLINGS, id) as PoolingCard).refused?.[level] ?? null;
