import type { Tensor, Tensor1D, Tensor3D } from "../tf.ts";
import type { Link } from "./link.ts";

/**
 * The mathematics of an objective; the laws every one obeys are in objective.test.ts. It sees a batch as sets: R passes
 * over the same n samples (R = K where the losses are pooled, else 1), as log-probabilities of its link's outcomes,
 * logP [n, R, outcomes], beside targets [n, 1 or R, classes] whose rows sum to 1.
 */
export type ObjectiveBuild<P> = PerSample<P> | OverBatch<P>;

/** An objective that is a mean over samples. */
export interface PerSample<P> {
  readonly link: Link;
  /** Loss of each sample in each pass: -> [n, R]. */
  perSample(logP: Tensor3D, target: Tensor3D, parameters: P): Tensor;
  /**
   * Weight w_c of each class, given how many items of each train. The loss of a batch is then PyTorch's weighted
   * mean sum_i w_i l_i / sum_i w_i, w_i = sum_c y_ic w_c. Null, or left out: all weigh alike.
   */
  classWeights?(counts: readonly number[], parameters: P): readonly number[] | null;
  /** The same in WGSL, where the loss of a sample is a sum over its outcomes. */
  wgsl?(numClasses: number, parameters: P): OutcomeWgsl;
}

/** What one outcome adds to a loss, and the derivative by its `logP`: out of `logP` and its target `y`, in WGSL. */
export interface OutcomeWgsl {
  readonly loss: string;
  readonly slope: string;
}

/** An objective that only a whole batch has: it is no mean over samples. */
export interface OverBatch<P> {
  readonly link: Link;
  /** Loss of each pass over the batch: -> [R]. @param weights [n], 0 where a row is padding; null where none is */
  overBatch(logP: Tensor3D, target: Tensor3D, weights: Tensor1D | null, parameters: P): Tensor1D;
}
