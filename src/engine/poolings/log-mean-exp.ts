import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, tf } from "../tf.ts";
import type { PoolingBuild } from "./pooling.ts";

/** Smallest probability whose logarithm is taken: float32's smallest normal number. */
const TINY = 1.2e-38;

/** f(x) = log((1/K) sum_k exp(t x_k)) / t: the mean as t -> 0, the max as t -> inf, max - f <= log(K) / t. */
export const logMeanExp: PoolingBuild<PoolingOf<"log-mean-exp">> = {
  pool: (x, { t }) => tf.div(tf.sub(tf.logSumExp(tf.mul(x, t), 1), Math.log(x.shape[1])), t) as Tensor2D,
  // m + log1p(mean(expm1(t (p - m)))) / t with m the largest p: exact for small p, no overflow for large t.
  poolLog: (logP, { t }) => {
    const p = tf.exp(logP);
    const top = tf.max(p, 1, true);
    const mean = tf.mean(tf.expm1(tf.mul(tf.sub(p, top), t)), 1);
    return tf.log(tf.clipByValue(tf.add(tf.squeeze(top, [1]), tf.div(tf.log1p(mean), t)), TINY, Infinity));
  },
};
