import type { Stream } from "../rng.ts";
import type { Tensor } from "../tf.ts";

/** Named parameters: a flat map, safetensors-style names such as `backbone.dense_0.weight`. */
export type Params = Readonly<Record<string, Tensor>>;

/** Values of parameters on the host, as they are initialised, saved and loaded. */
export interface HostParam {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
export type HostParams = Record<string, HostParam>;

/** Shape of one input, without the batch. */
export type InputShape =
  | { readonly modality: "table"; readonly size: number }
  | { readonly modality: "image"; readonly height: number; readonly width: number; readonly channels: number };

/** What a forward pass tells the layers it goes through. */
export interface Context {
  /**
   * Noise on a hidden activation [rows, ...]: dropout masks while training or in a noisy pass, the identity in
   * a clean pass. Every layer calls it once, with its own index, so that each has its own draw.
   */
  hidden(activation: Tensor, layer: number): Tensor;
  /**
   * Noise on the embeddings of a text's tokens [rows, tokens, width], before the first layer; the identity in a clean
   * pass. A backbone of texts calls it once.
   * @param mask [rows, tokens], 1 at tokens and 0 at padding
   */
  embedded(embeddings: Tensor, mask: Tensor): Tensor;
  /**
   * [rows, ...] -> K rows for each, one after another, where a noisy pass has kept its repeats together until here: what
   * comes above differs between them. The identity where it is left out.
   */
  repeated?(activation: Tensor): Tensor;
  /**
   * Dropout that is part of the model, of rows that are repeated already; in a clean pass, and where it is left out, the
   * identity.
   * @param place names the draw: the model uses none of them twice
   */
  dropout?(activation: Tensor, rate: number, place: number): Tensor;
}

/** The order of a pretrained backbone's layers. */
export interface LayerDepths {
  /** From 0 below all layers, by a parameter's name. */
  of(name: string): number;
  /** Depth of what lies above the backbone. */
  readonly count: number;
}

/**
 * A trainable backbone as functions over named parameters:
 * apply(params, x [rows, ...input], context) -> features [rows, featureSize].
 */
export interface TrainableBackbone {
  readonly featureSize: number;
  /** Numbers a row of the widest activation, the input included: what decides whether a batch fits. */
  readonly widest: number;
  /**
   * Numbers a row that a step holds at once, its activations and their gradients, about; left out where that is little
   * beside what backends hold.
   */
  readonly held?: number;
  /** Weights that are not among the parameters, since they stay as they are; none where left out. */
  readonly frozenParameters?: number;
  /** How deep its parameters lie; left out where it is trained from scratch. */
  readonly depths?: LayerDepths;
  /** Number of hidden activations it passes through `context.hidden`. */
  readonly numHidden: number;
  init(stream: Stream): HostParams;
  apply(params: Params, x: Tensor, context: Context): Tensor;
}

/** What enters a backbone: a table row, an image, or token ids, padding places being -1. */
export type BackboneInput = InputShape | { readonly modality: "tokens"; readonly length: number };

/** Builds a trainable backbone for its card's parameters and an input shape. */
export type BuildTrainable<P> = (parameters: P, input: InputShape) => TrainableBackbone;
