import { BACKBONES, type Backbone } from "./plugins/backbones/index.ts";
import { MOBILENET_UNITS } from "./plugins/backbones/mobilenet-v2.ts";
import { cardById } from "./plugins/card.ts";
import { NOISES, type Noise, type NoiseId } from "./plugins/noises/index.ts";
import type { NoiseCard } from "./plugins/noises/noise-card.ts";
import type { Tuning } from "./plugins/tunings/index.ts";
import { MODALITY_OF, type Modality, SITES_BELOW_BACKBONE, type Task } from "./task.ts";

/** The part of an experiment that decides which layers its model has. */
export interface ModelChoice {
  readonly backbone: Backbone;
  readonly tuning: Tuning;
  readonly head: { readonly hidden: readonly number[] };
}

/** True for a backbone that comes with weights. */
export const isPretrained = ({ id }: Pick<Backbone, "id">): boolean => cardById(BACKBONES, id).pretrained !== null;

/** True where the backbone stays as it is, so that the trained part begins at its features. */
export const isFrozen = ({ backbone, tuning }: Pick<ModelChoice, "backbone" | "tuning">): boolean =>
  isPretrained(backbone) && tuning.id === "head-only";

/** True where a pretrained backbone is itself trained, in whole or in part. */
export const isTuned = (model: Pick<ModelChoice, "backbone" | "tuning">): boolean =>
  isPretrained(model.backbone) && !isFrozen(model);

/** Why a noise cannot enter at a site for a task, or null where it can. */
export function noiseMisfit(id: NoiseId, site: string, task: Task): string | null {
  const fits = cardById(NOISES, id).fits as Partial<Record<string, readonly Modality[]>>;
  const modality = MODALITY_OF[task];
  if (fits[site]?.includes(modality)) return null;
  const places = Object.entries(fits).flatMap(([place, modalities]) => (modalities?.includes(modality) ? [place] : []));
  return places.length > 0
    ? `"${id}" cannot enter at "${site}" for ${modality} data; it can at ${places.join(", ")}.`
    : `"${id}" is not made for ${modality} data.`;
}

/** Why a noise cannot enter this model at all, or null where it can. */
export function mixingMisfit(id: NoiseId, model: Pick<ModelChoice, "backbone" | "tuning">): string | null {
  if (!mixesSamples(id) || !isFrozen(model)) return null;
  return `"${id}" mixes samples of one batch, but what lies below the frozen "${model.backbone.id}" is encoded ahead, each sample alone.`;
}

/** Why a noise's layers do not fit this model, or null where they do. */
export function layersMisfit(noise: Noise, model: ModelChoice): string | null {
  const layers = chosenLayers(noise);
  if (layers.length === 0) return null;
  if (noise.site !== "hidden") return `layers choose among hidden layers; at "${noise.site}" leave them empty.`;
  const count = backboneLayers(model) + model.head.hidden.length;
  const beyond = layers.find((layer) => layer > count);
  return beyond === undefined ? null : `there is no hidden layer ${beyond}: this model has ${count}.`;
}

/** The hidden layers that a noise is bound to, from 1; none where it acts on all of its site. */
export const chosenLayers = (noise: Noise): readonly number[] => ("layers" in noise ? noise.layers : []);

/** True for a noise at the site `hidden` that acts on a layer, counted from 1. */
export const actsOnLayer = (noise: Noise, layer: number): boolean => {
  const layers = chosenLayers(noise);
  return layers.length === 0 || layers.includes(layer);
};

/** True for a noise that mixes the samples of a batch. */
export const mixesSamples = (id: NoiseId): boolean => (cardById(NOISES, id) as NoiseCard).mixesSamples ?? false;

/** Number of hidden layers at which noise can act inside the backbone; the head's come after them. */
export function backboneLayers({ backbone, tuning }: Pick<ModelChoice, "backbone" | "tuning">): number {
  if (isFrozen({ backbone, tuning })) return 0;
  switch (backbone.id) {
    case "mlp":
      return backbone.hidden.length;
    case "seed-cnn":
      return 3;
    case "use-lite":
      return 2;
    case "mobilenet-v2":
      return MOBILENET_UNITS[backbone.tap];
    case "transformer":
      // How many it has is known when it is loaded.
      return Infinity;
    default:
      return backbone satisfies never;
  }
}

/** True where a noise acts inside the backbone, so that K repeats must pass through it. */
export const actsInBackbone = (noise: Noise, model: Pick<ModelChoice, "backbone" | "tuning">): boolean => {
  if (noise.site !== "hidden") return false;
  const count = backboneLayers(model);
  const layers = chosenLayers(noise);
  return layers.length === 0 ? count > 0 : layers.some((layer) => layer <= count);
};

/** True for a noise that enters below the backbone. */
export const isBelowBackbone = ({ site }: Noise): boolean => SITES_BELOW_BACKBONE.includes(site);

/** True where one feature vector a sample is not enough, since noise enters below the backbone. */
export const hasNoiseBelow = ({ repeat }: { readonly repeat: { readonly noises: readonly Noise[] } }): boolean =>
  repeat.noises.some(isBelowBackbone);

/** True where the K repeats differ inside the backbone or below it, so that it runs K times a sample. */
export const repeatsBackbone = (
  model: Pick<ModelChoice, "backbone" | "tuning"> & { readonly repeat: { readonly noises: readonly Noise[] } },
): boolean =>
  hasNoiseBelow(model) || dropsOut(model.tuning) || model.repeat.noises.some((noise) => actsInBackbone(noise, model));

/** True for a tuning method that draws masks of its own, one a repeat. */
const dropsOut = (tuning: Tuning): boolean => tuning.id === "lora" && tuning.dropout > 0;
