import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { fanInUniform, param } from "../models/dense.ts";
import type { HostParams, Params } from "../models/model.ts";
import type { Stream } from "../rng.ts";
import { type Tensor, type Tensor2D, type Tensor3D, tf } from "../tf.ts";
import type { PoolingBuild } from "./pooling.ts";

const NAMES = { value: "pooling.value.weight", gate: "pooling.gate.weight", score: "pooling.score.weight" } as const;

/** s_k = w^T (tanh(V x_k) * sigmoid(U x_k)): [batch, K, dim] -> [batch, K]. */
function scores(x: Tensor3D, params: Params): Tensor2D {
  const [batch, k, dim] = x.shape;
  const rows = tf.reshape(x, [batch * k, dim]);
  const through = (input: Tensor, name: string): Tensor =>
    tf.matMul(input as Tensor2D, param(params, name) as Tensor2D);
  const gated = tf.mul(tf.tanh(through(rows, NAMES.value)), tf.sigmoid(through(rows, NAMES.gate)));
  return tf.reshape(through(gated, NAMES.score), [batch, k]);
}

/**
 * f(x) = sum_k a_k x_k with a = softmax_k(s), gated attention over the repeats with learnt V, U [dim, width] and w
 * (Ilse et al. 2018, 1802.04712, equation 9). It reads what it pools.
 */
export const attention: PoolingBuild<PoolingOf<"attention">> = {
  init: (dim, { width }, stream: Stream): HostParams => ({
    [NAMES.value]: fanInUniform(stream, [dim, width], dim),
    [NAMES.gate]: fanInUniform(stream, [dim, width], dim),
    [NAMES.score]: fanInUniform(stream, [width, 1], width),
  }),
  pool: (x, _, params) => tf.sum(tf.mul(tf.expandDims(tf.softmax(scores(x, params)), 2), x), 1) as Tensor2D,
  poolLog: (logP, _, params) => {
    const logWeights = tf.logSoftmax(scores(tf.exp(logP), params));
    return tf.logSumExp(tf.add(logP, tf.expandDims(logWeights, 2)), 1);
  },
};
