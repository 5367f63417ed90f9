import type { Experiment } from "../../shared/experiment.ts";
import { repeatsBackbone } from "../../shared/noise-misfits.ts";
import { dense, initDense } from "../models/dense.ts";
import { buildMlp } from "../models/mlp.ts";
import type {
  BackboneInput,
  Context,
  HostParams,
  InputShape,
  LayerDepths,
  Params,
  TrainableBackbone,
} from "../models/model.ts";
import { buildSeedCnn } from "../models/seed-cnn.ts";
import type { Tunable } from "../models/tunable.ts";
import { initPooling } from "../poolings/index.ts";
import { Stream } from "../rng.ts";
import { type Tensor, type Tensor2D, tf } from "../tf.ts";

/**
 * The part of the model that is trained: a trainable backbone (or none, where a frozen one has already turned the
 * inputs into features) and the head on top.
 */
export interface Network {
  readonly featureSize: number;
  readonly numClasses: number;
  /** Numbers a row of the widest activation: what decides whether a batch fits. */
  readonly widest: number;
  /** Numbers a row that a step of the backbone holds at once, about; 0 where that is little. */
  readonly held: number;
  /** Hidden layers inside the backbone; the head's are counted on from there. */
  readonly numHiddenBackbone: number;
  /** Weights that stay as they are: those of a tuned backbone that its tuning method does not move. */
  readonly frozenParameters: number;
  /**
   * How deep a parameter lies, from 0 below all layers to {@link depths} at the head; null where all lie alike, in a model
   * that is trained from scratch.
   */
  readonly depthOf: ((name: string) => number) | null;
  readonly depths: number;
  /** Names of its layers where it is dense layers with relu between and nothing else; null for any other network. */
  readonly dense: readonly string[] | null;
  init(seed: number): HostParams;
  /** [rows, ...input] -> [rows, featureSize]. */
  features(params: Params, x: Tensor, context: Context): Tensor2D;
  /** [rows, featureSize] -> logits [rows, numClasses]. */
  head(params: Params, h: Tensor, context: Context): Tensor2D;
}

/**
 * What enters the trained part: a table row, an image or tokens, or a frozen backbone's features. `tuned`: the pretrained
 * backbone that is part of it.
 */
export type NetworkInput = (BackboneInput | { readonly modality: "features"; readonly size: number }) & {
  readonly tuned?: Tunable;
};

/** Shape of one row of input. */
export function rowShape(input: NetworkInput): number[] {
  switch (input.modality) {
    case "table":
    case "features":
      return [input.size];
    case "tokens":
      return [input.length];
    case "image":
      return [input.height, input.width, input.channels];
    default:
      return input satisfies never;
  }
}

/** Numbers in one row of input. */
export const rowSize = (input: NetworkInput): number => rowShape(input).reduce((a, b) => a * b, 1);

/** Rows that go through the backbone in a step. */
const backboneRows = (experiment: Experiment): number =>
  experiment.batchSize * (repeatsBackbone(experiment) ? experiment.repeat.k : 1);

/** Builds the trained part of an experiment's model. */
export function buildNetwork(experiment: Experiment, input: NetworkInput, numClasses: number): Network {
  const backbone = input.modality === "features" ? null : buildBackbone(experiment, input);
  const featureSize = backbone ? backbone.featureSize : (input as { size: number }).size;
  const widths = experiment.head.hidden;
  const sizes = [featureSize, ...widths, numClasses];
  const firstHidden = backbone?.numHidden ?? 0;
  return {
    featureSize,
    numClasses,
    widest: Math.max(backbone?.widest ?? 0, ...sizes),
    held: backbone?.held ?? 0,
    numHiddenBackbone: firstHidden,
    frozenParameters: backbone?.frozenParameters ?? 0,
    depthOf: depthsOf(backbone?.depths ?? null),
    depths: backbone?.depths?.count ?? 0,
    dense: denseNames(experiment, input),
    init: (seed) => {
      const params: HostParams = backbone ? backbone.init(new Stream(seed, "init", 0)) : {};
      const stream = new Stream(seed, "init", 1);
      for (let i = 0; i + 1 < sizes.length; i++)
        Object.assign(params, initDense(`head.dense_${i}`, sizes[i] as number, sizes[i + 1] as number, stream));
      const { level, pooling } = experiment.aggregate;
      const pooled = level === "features" ? featureSize : numClasses;
      return Object.assign(params, initPooling(pooling, pooled, new Stream(seed, "init", 2)));
    },
    features: (params, x, context) => (backbone ? backbone.apply(params, x, context) : x) as Tensor2D,
    head: (params, h, context) => {
      const hidden = widths.reduce<Tensor>(
        (at, _, i) => context.hidden(tf.relu(dense(params, `head.dense_${i}`, at)), firstHidden + i),
        h,
      );
      return dense(params, `head.dense_${widths.length}`, hidden);
    },
  };
}

/** Depths by name, everything above the backbone lying as deep as the head. */
const depthsOf = (depths: LayerDepths | null): Network["depthOf"] =>
  depths && ((name) => (name.startsWith("backbone.") ? depths.of(name) : depths.count));

function denseNames({ backbone, head }: Experiment, { modality }: NetworkInput): string[] | null {
  const below = modality === "table" && backbone.id === "mlp" ? backbone.hidden : [];
  if (modality !== "features" && below.length === 0) return null;
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}.dense_${i}`);
  return [...names("backbone", below.length), ...names("head", head.hidden.length + 1)];
}

function buildBackbone(experiment: Experiment, input: NetworkInput): TrainableBackbone {
  const { backbone, tuning } = experiment;
  if (input.tuned) return input.tuned.build(tuning, input as BackboneInput, backboneRows(experiment));
  switch (backbone.id) {
    case "mlp":
      return buildMlp(backbone, input as InputShape);
    case "seed-cnn":
      return buildSeedCnn(backbone, input as InputShape);
    case "use-lite":
    case "mobilenet-v2":
    case "transformer":
      throw new Error(`"${backbone.id}" must be loaded before training.`);
    default:
      return backbone satisfies never;
  }
}
