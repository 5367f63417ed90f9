import type { Tensor1D, Tensor2D } from "../tf.ts";

/** The mathematics of an objective. */
export interface ObjectiveBuild<P> {
  /** Loss of each sample: (log-probabilities [n, classes], targets [n, classes] with rows summing to 1) -> [n]. */
  perSample(logP: Tensor2D, target: Tensor2D, parameters: P): Tensor1D;
}
