import type { Draws } from "../draws.ts";
import type { Tensor, Tensor1D } from "../tf.ts";

/** What a noise may know of the data. */
export interface NoiseFacts {
  /** Standard deviation of each input feature over the training rows [features]; null for anything but tables. */
  readonly stdDevs: Tensor | null;
  /** What stands where nothing is known; null for anything but tables. */
  readonly emptyRow: EmptyRow | null;
}

/** A table's row of empty cells, on the device. */
export interface EmptyRow {
  /** [features], as the encoder writes it. */
  readonly values: Tensor;
  /** The column that each feature comes from: [features], int32. */
  readonly columnOf: Tensor1D;
  readonly numColumns: number;
}

/** A noise on tensors: [rows * K, ...] -> the same shape, another draw for every row. */
export interface TensorNoise<P> {
  readonly kind: "tensor";
  apply(x: Tensor, draws: Draws, parameters: P, facts: NoiseFacts): Tensor;
  /** What it does to the embeddings of a text's tokens, where it can enter there. */
  readonly embedding?: EmbeddingNoise<P>;
}

/**
 * A noise that mixes the rows of a batch: [rows * K, ...] -> the same shape. Linear in x and blind to what x holds, so
 * that the same draws mix inputs and targets alike.
 */
export interface MixingNoise<P> {
  readonly kind: "mixing";
  apply(x: Tensor, draws: Draws, parameters: P): Tensor;
}

/** A noise on the tokens of a text, before the backbone reads them. */
export interface TokenNoise<P> {
  readonly kind: "tokens";
  /**
   * Which of the `numbers.length` tokens stay, by their indices in their new order; at least one of several does.
   * @param numbers three uniforms in (0, 1) for each token
   */
  select(numbers: readonly TokenNumbers[], parameters: P): number[];
}

export type TokenNumbers = readonly [number, number, number];

/**
 * A noise on the embeddings of a text's tokens: each coordinate gets a number of its own added, u ~ U(-1, 1) or
 * n ~ N(0, 1) times a scale, which may fall with the root of the number of tokens.
 */
export interface EmbeddingNoise<P> {
  readonly distribution: "uniform" | "normal";
  /** Whether the scale is divided by the root of the text's number of tokens. */
  readonly perRootLength: boolean;
  /** For tokens of `width` numbers each. */
  scale(width: number, parameters: P): number;
}

export type NoiseBuild<P> =
  | TensorNoise<P>
  | MixingNoise<P>
  | TokenNoise<P>
  | { readonly kind: "embedding"; readonly embedding: EmbeddingNoise<P> };
