import type { HostParams, Params } from "../models/model.ts";
import type { Stream } from "../rng.ts";
import type { Tensor, Tensor2D, Tensor3D } from "../tf.ts";

/** The mathematics of a pooling f; the laws every one obeys are in pooling.test.ts. */
export interface PoolingBuild<P> {
  /** Weights of its own, where it learns any, to pool vectors of `dim` numbers; their names begin with `pooling.`. */
  init?(dim: number, parameters: P, stream: Stream): HostParams;
  /** f over the repeats: [batch, K, dim] -> [batch, dim]. @param params the model's weights, its own among them */
  pool(x: Tensor3D, parameters: P, params: Params): Tensor2D;
  /**
   * f over probabilities, given and returned as logarithms: log f_k(exp logP_k), [batch, K, classes] ->
   * [batch, classes], finite where a probability underflows. Not renormalised.
   */
  poolLog(logP: Tensor3D, parameters: P, params: Params): Tensor;
}
