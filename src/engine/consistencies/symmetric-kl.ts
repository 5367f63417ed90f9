import { type Tensor1D, tf } from "../tf.ts";
import type { ConsistencyBuild } from "./consistency.ts";

/**
 * Mean over the pairs i < j of the K repeats of (KL(p_i || p_j) + KL(p_j || p_i)) / 2 (R-Drop, Liang et al. 2021,
 * 2106.14448, equation 2, for any K). It is the covariance of p and log p over the repeats, summed over outcomes,
 * sum_k (p_k - mean p) (log p_k - mean log p) / (K - 1), so it needs no K^2 pairs. Where every class has a sigmoid of
 * its own, KL is summed over the classes.
 */
export const symmetricKl: ConsistencyBuild = {
  perSample: (z, link) => {
    const logP = link.outcomes(z);
    const p = tf.exp(logP);
    const product = tf.mul(tf.sub(p, tf.mean(p, 1, true)), tf.sub(logP, tf.mean(logP, 1, true)));
    return tf.div(tf.sum(product, [1, 2]), z.shape[1] - 1) as Tensor1D;
  },
};
