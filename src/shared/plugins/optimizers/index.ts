import type { Choice } from "../card.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { sgd } from "./sgd.ts";

/** Every optimizer, in the order in which the page offers them. */
export const OPTIMIZERS = [adam, adamw, sgd] as const;
export type Optimizer = Choice<(typeof OPTIMIZERS)[number]>;
export type OptimizerId = Optimizer["id"];
export type OptimizerOf<Id extends OptimizerId> = Extract<Optimizer, { id: Id }>;
