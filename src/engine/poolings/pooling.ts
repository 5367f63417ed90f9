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
  /** Both in WGSL, for kernels that pool as they go; left out where f reads more than the repeats of one entry. */
  readonly wgsl?: Readonly<Record<"pool" | "poolLog", (k: number, parameters: P) => PoolingWgsl>>;
}

/** f over the K repeats x_0 .. x_{K-1} of one entry, and its derivatives w_k = df / dx_k, in WGSL. */
export interface PoolingWgsl {
  /** What is kept of the repeats beside `value`, so that a derivative takes no second look at all of them; f32 each. */
  readonly kept?: readonly string[];
  /** Statements that set `pooled.value` and what is kept. @param x reads a repeat */
  summary(x: (k: string) => string): string;
  /** w_k out of `pooled` and the repeat `x`. */
  readonly weight: string;
}
