import type { Modality } from "../../task.ts";
import type { Card, Parameters } from "../card.ts";
import type { TuningId } from "../tunings/index.ts";

/** Weights that come with the studio. */
export interface ShippedWeights {
  /** What they were trained on and by whom. */
  readonly lineage: string;
  readonly licence: string;
  /** Their download. */
  readonly megabytes: number;
  /** Codes of the languages the backbone reads, such as `en`; empty where it reads none. */
  readonly languages: readonly string[];
}

/** A backbone: the part of the model that turns an input into a feature vector. */
export interface BackboneCard<Id extends string = string, P extends Parameters = Parameters> extends Card<Id, P> {
  readonly modalities: readonly Modality[];
  /** The ways it can be tuned; the first is the default. */
  readonly tunings: readonly [TuningId, ...TuningId[]];
  /** For a pretrained backbone: where its weights come from; or that they are those of a model by name. */
  readonly pretrained: ShippedWeights | "by-name" | null;
}

export const defineBackbone = <const Id extends string, P extends Parameters>(
  card: BackboneCard<Id, P>,
): BackboneCard<Id, P> => card;
