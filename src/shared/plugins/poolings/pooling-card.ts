import type { Level } from "../../task.ts";
import type { Card, Parameters } from "../card.ts";

/** A pooling f: [batch, K, dim] -> [batch, dim]. */
export interface PoolingCard<Id extends string = string, P extends Parameters = Parameters> extends Card<Id, P> {
  /** A convex combination of probability vectors sums to 1; any other pooling is renormalised at that level. */
  readonly convex: boolean;
  /** Levels where it makes no sense, with the reason. */
  readonly refused?: Partial<Record<Level, string>>;
}

export const definePooling = <const Id extends string, P extends Parameters>(
  card: PoolingCard<Id, P>,
): PoolingCard<Id, P> => card;
