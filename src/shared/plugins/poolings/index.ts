import type { Choice } from "../card.ts";
import { logMeanExp } from "./log-mean-exp.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";

/** Every pooling f, in the order in which the page offers them. */
export const POOLINGS = [mean, max, logMeanExp] as const;
export type Pooling = Choice<(typeof POOLINGS)[number]>;
export type PoolingId = Pooling["id"];
export type PoolingOf<Id extends PoolingId> = Extract<Pooling, { id: Id }>;
