import type { Modality } from "../../task.ts";
import type { Card, Parameters } from "../card.ts";
import type { TuningId } from "../tunings/index.ts";

/** A backbone: the part of the model that turns an input into a feature vector. */
export interface BackboneCard<Id extends string = string, P extends Parameters = Parameters> extends Card<Id, P> {
  readonly modalities: readonly Modality[];
  /** The ways it can be tuned; the first is the default. */
  readonly tunings: readonly [TuningId, ...TuningId[]];
  /** For a pretrained backbone: what it was trained on and by whom, its licence and its download; or that a name says. */
  readonly pretrained:
    | {
        readonly lineage: string;
        readonly licence: string;
        readonly megabytes: number;
        /** Codes of the languages it reads, such as `en`; empty where it reads none. */
        readonly languages: readonly string[];
      }
    | "by-name"
    | null;
}

export const defineBackbone = <const Id extends string, P extends Parameters>(
  card: BackboneCard<Id, P>,
): BackboneCard<Id, P> => card;
