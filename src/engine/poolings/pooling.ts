import type { Tensor, Tensor2D, Tensor3D } from "../tf.ts";

/** The mathematics of a pooling f; the laws every one obeys are in pooling.test.ts. */
export interface PoolingBuild<P> {
  /** f over the repeats: [batch, K, dim] -> [batch, dim]. */
  pool(x: Tensor3D, parameters: P): Tensor2D;
  /**
   * f over probabilities, given and returned as logarithms: log f_k(exp logP_k), [batch, K, classes] ->
   * [batch, classes], finite where a probability underflows. Not renormalised.
   */
  poolLog(logP: Tensor3D, parameters: P): Tensor;
}
