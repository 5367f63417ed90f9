import type { Modality, Site } from "../../task.ts";
import type { Card, Parameters } from "../card.ts";

/** A noise: what makes the K passes of one sample differ. */
export interface NoiseCard<Id extends string = string, P extends Parameters = Parameters> extends Card<Id, P> {
  /** For each site it can enter at, the inputs it makes sense for. */
  readonly fits: Partial<Record<Site, readonly Modality[]>>;
  /** True where it mixes the samples of one training batch, and their targets alike. */
  readonly mixesSamples?: boolean;
}

export const defineNoise = <const Id extends string, P extends Parameters>(card: NoiseCard<Id, P>): NoiseCard<Id, P> =>
  card;
