import type { Draws } from "../draws.ts";
import type { Tensor } from "../tf.ts";

/** What a noise may know of the data. */
export interface NoiseFacts {
  /** Standard deviation of each input feature over the training rows [features]; null for anything but tables. */
  readonly stdDevs: Tensor | null;
}

/** A noise on tensors: [rows * K, ...] -> the same shape, another draw for every row. */
export interface TensorNoise<P> {
  readonly kind: "tensor";
  apply(x: Tensor, draws: Draws, parameters: P, facts: NoiseFacts): Tensor;
}

/** A noise on the tokens of a text, before the backbone reads them. */
export interface TokenNoise<P> {
  readonly kind: "tokens";
  /** Which of `count` tokens stay, given at least `count` uniforms in (0, 1); at least one does. */
  keep(count: number, uniforms: ArrayLike<number>, parameters: P): boolean[];
}

export type NoiseBuild<P> = TensorNoise<P> | TokenNoise<P>;
