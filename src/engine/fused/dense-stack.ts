import { actsOnLayer } from "../../shared/noise-misfits.ts";
import type { Noise } from "../../shared/plugins/noises/index.ts";
import type { Site } from "../../shared/task.ts";
import { streamKey } from "../rng.ts";
import type { Model } from "../train/model.ts";
import type { ParameterLayout } from "../train/parameters.ts";
import { streamOfLayer } from "../train/pass.ts";

/** Key of the stream that a noise draws from. */
export type Key = readonly [number, number];

/** A noise on the rows that a layer reads. */
export type StageNoise =
  | { readonly id: "gaussian"; readonly stdDev: number; readonly perFeature: boolean; readonly key: Key }
  | { readonly id: "dropout"; readonly rate: number; readonly key: Key }
  | { readonly id: "feature-drop"; readonly probability: number; readonly key: Key };

/** Rows made ready for a layer: copied out of the data set or the layer below, each `fold` times, under noises. */
export interface Stage {
  readonly fold: number;
  readonly noises: readonly StageNoise[];
}

/** y = x W + b, and relu and dropout but for the last. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Where W [inputs, outputs] and b [outputs] begin in theta. */
  readonly weight: number;
  readonly bias: number;
  /** Rows a step. */
  readonly rows: number;
  /** Null where it reads the layer below as it is. */
  readonly stage: Stage | null;
  readonly dropouts: readonly { readonly rate: number; readonly key: Key }[];
}

/** A model that is dense layers one on the other, as the fused kernels train it. */
export interface DenseStack {
  readonly layers: readonly DenseLayer[];
  readonly numClasses: number;
  readonly parameters: number;
  /** Samples a batch, or groups of samples where these are pooled together. */
  readonly samples: number;
  /** Repeats K of a sample, and outputs that are pooled for each of `samples`: more than K where they are groups. */
  readonly k: number;
  readonly pooled: number;
  /** Rows of the data set that a step names: one a sample of the batch, or K where they come out of a bank of views. */
  readonly sources: number;
}

/** Says that a model has no fused form, and why; training goes on without it. */
export class NoFusedForm extends Error {
  override readonly name = "NoFusedForm";
}

/**
 * A model read as dense layers, with its noises where they enter.
 * @throws NoFusedForm naming what the fused kernels do not know
 */
export function denseStack(model: Model, layout: ParameterLayout): DenseStack {
  const { network, experiment, data } = model;
  const { repeat, aggregate, consistency, seed, batchSize } = experiment;
  const { dense } = network;
  if (!dense) throw new NoFusedForm("the network is not made of dense layers alone");
  if (aggregate.level === "features") throw new NoFusedForm("outputs are pooled below the head");
  if (consistency) throw new NoFusedForm(`the consistency "${consistency.id}" is added to the loss`);
  const banked = data.data.views > 0;
  const groups = Math.max(1, Math.floor(batchSize / repeat.groupSize));
  const batch = groups * repeat.groupSize;
  const noises = repeat.noises.map((noise, stream) => ({ noise, key: streamKey(seed, "noise", stream * 64) }));
  const at = (site: Site) => noises.filter(({ noise }) => noise.site === site);
  const dropouts = at("hidden").map(({ noise }) => {
    if (noise.id === "dropout") return noise;
    throw new NoFusedForm(`the noise "${noise.id}" enters at "hidden"`);
  });
  const dropoutsOf = (layer: number) => dropouts.filter((noise) => actsOnLayer(noise, layer + 1));
  const below = banked ? [] : at("input");
  const first = network.numHiddenBackbone;
  const early = banked || below.length > 0 || dense.some((_, layer) => layer < first && dropoutsOf(layer).length > 0);
  const foldAt = early ? 0 : first;

  const layers = dense.map((name, layer): DenseLayer => {
    const weight = layout.slots.find((slot) => slot.name === `${name}.weight`);
    const bias = layout.slots.find((slot) => slot.name === `${name}.bias`);
    if (!weight || !bias) throw new Error(`The parameters lack the dense layer "${name}".`);
    const [inputs, outputs] = weight.shape as [number, number];
    const entering = [...(layer === 0 ? below : []), ...(layer === first ? at("features") : [])];
    const needsStage = layer === 0 || entering.length > 0 || layer === foldAt;
    const isLast = layer === dense.length - 1;
    return {
      inputs,
      outputs,
      weight: weight.offset,
      bias: bias.offset,
      rows: layer >= foldAt ? batch * repeat.k : batch,
      stage: needsStage
        ? {
            fold: layer === foldAt && !(banked && layer === 0) ? repeat.k : 1,
            noises: entering.map(({ noise, key }) => stageNoise(noise, key, layer, data.stdDevs !== null)),
          }
        : null,
      dropouts: isLast
        ? []
        : dropoutsOf(layer).map((noise) => ({
            rate: noise.rate,
            key: streamKey(seed, "noise", streamOfLayer(layer, repeat.noises.indexOf(noise)) * 64),
          })),
    };
  });
  return {
    layers,
    numClasses: network.numClasses,
    parameters: layout.size,
    samples: groups,
    k: repeat.k,
    pooled: repeat.groupSize * repeat.k,
    sources: banked ? batch * repeat.k : batch,
  };
}

function stageNoise(noise: Noise, key: Key, layer: number, scaled: boolean): StageNoise {
  if (noise.id === "gaussian")
    return { id: "gaussian", stdDev: noise.stdDev, perFeature: scaled && noise.site === "input", key };
  // Their gradient below the stage would need the masks again.
  if (noise.id === "dropout" && layer === 0) return { id: "dropout", rate: noise.rate, key };
  if (noise.id === "feature-drop") return { id: "feature-drop", probability: noise.probability, key };
  throw new NoFusedForm(`the noise "${noise.id}" enters at "${noise.site}"`);
}
