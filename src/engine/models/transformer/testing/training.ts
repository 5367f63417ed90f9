import { type Experiment, type ExperimentFile, parseExperiment } from "../../../../shared/experiment.ts";
import type { Tuning } from "../../../../shared/plugins/tunings/index.ts";
import type { Family, TransformerConfig } from "../../../pretrained/config.ts";
import { Stream } from "../../../rng.ts";
import { DeviceData } from "../../../train/device-data.ts";
import { buildNetwork, type Network } from "../../../train/network.ts";
import type { HostParams } from "../../model.ts";
import { ResidentParams } from "../../resident-params.ts";
import { type TransformerBackbone, transformerBackbone } from "../backbone.ts";
import { parameterShapes } from "../shapes.ts";
import { smallModel } from "./fixtures.ts";

const NUM_CLASSES = 3;
const NUM_ITEMS = 9;
const TOKENS = 6;

/** An experiment over nine texts of one to six tokens in three classes; `change` overrides whole fields. */
export const textExperiment = (change: Partial<ExperimentFile> = {}): Experiment =>
  parseExperiment({
    version: 1,
    task: "tabular-classification",
    data: { train: "texts.csv" },
    // Stands for the transformer, which has as many layers.
    backbone: { id: "mlp", hidden: [4, 4] },
    // Adam would blow up what is rounding alone, such as the gradient of the keys' biases.
    optimizer: { id: "sgd", learningRate: 0.1 },
    batchSize: 4,
    ...change,
  });

/**
 * Those texts, as ids with -1 at padding.
 * @param tokens of the longest
 * @param counted whether it is told how long each is, so that a batch is computed at its own length
 */
export function textData(tokens = TOKENS, counted = false): DeviceData {
  const stream = new Stream(21, "sample");
  const lengths = Int32Array.from({ length: NUM_ITEMS }, (_, item) => 1 + ((item * (tokens - 1)) % tokens));
  return new DeviceData({
    input: { modality: "table", size: tokens },
    values: Float32Array.from({ length: NUM_ITEMS * tokens }, (_, i) =>
      i % tokens < (lengths[Math.floor(i / tokens)] as number) ? stream.below(20) : -1,
    ),
    ...(counted && { tokenCounts: lengths }),
    scale: 1,
    views: 0,
    rowOf: Int32Array.from({ length: NUM_ITEMS }, (_, i) => i),
    labels: Int32Array.from({ length: NUM_ITEMS }, (_, i) => (i * 5) % NUM_CLASSES),
    numClasses: NUM_CLASSES,
    stdDevs: null,
    emptyRow: null,
  });
}

/** So many texts of so many tokens each, none of them padding. */
export function fullTexts(rows: number, tokens: number): DeviceData {
  const stream = new Stream(22, "sample");
  return new DeviceData({
    input: { modality: "table", size: tokens },
    values: Float32Array.from({ length: rows * tokens }, () => stream.below(20)),
    scale: 1,
    views: 0,
    rowOf: Int32Array.from({ length: rows }, (_, i) => i),
    labels: Int32Array.from({ length: rows }, (_, i) => i % NUM_CLASSES),
    numClasses: NUM_CLASSES,
    stdDevs: null,
    emptyRow: null,
  });
}

/** A small transformer under a tuning method, below a head. The caller disposes of the backbone. */
export async function smallNetwork(
  experiment: Experiment,
  tuning: Tuning,
  family: Family = "bert",
  recompute = false,
): Promise<{ network: Network; backbone: TransformerBackbone }> {
  const { config, params } = await smallModel(family);
  const backbone = transformerBackbone(config, new ResidentParams(params), tuning, TOKENS, recompute);
  return { backbone, network: networkOf(experiment, backbone) };
}

/** A BERT of random weights and such sizes. */
export async function randomModel(
  sizes: Pick<TransformerConfig, "layers" | "hidden" | "heads" | "intermediate">,
  maxTokens: number,
): Promise<{ config: TransformerConfig; params: HostParams }> {
  const { config: small } = await smallModel("bert");
  const config = {
    ...small,
    ...sizes,
    input: { ...small.input, positions: maxTokens, maxTokens },
  } as TransformerConfig;
  const stream = new Stream(3, "sample");
  const values = ([name, shape]: [string, readonly number[]]) => {
    const mean = name.endsWith("norm.weight") ? 1 : 0;
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => mean + 0.05 * stream.normal());
  };
  const shapes = Object.entries(parameterShapes(config));
  return {
    config,
    params: Object.fromEntries(shapes.map((each) => [each[0], { shape: each[1], values: values(each) }])),
  };
}

/** A backbone below the experiment's head. */
export function networkOf(experiment: Experiment, backbone: TransformerBackbone): Network {
  const head = buildNetwork(experiment, { modality: "features", size: backbone.featureSize }, NUM_CLASSES);
  const above = backbone.numHidden;
  return {
    ...head,
    widest: backbone.widest,
    numHiddenBackbone: above,
    dense: null,
    init: (seed) => ({ ...backbone.init(new Stream(seed, "init", 0)), ...head.init(seed) }),
    features: (params, x, context) => backbone.apply(params, x, context) as ReturnType<Network["features"]>,
    head: (params, h, context) =>
      head.head(params, h, { ...context, hidden: (at, layer) => context.hidden(at, above + layer) }),
  };
}
