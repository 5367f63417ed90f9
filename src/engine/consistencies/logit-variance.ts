import { type Tensor1D, tf } from "../tf.ts";
import type { ConsistencyBuild } from "./consistency.ts";

/** Mean over classes of the repeats' variance, (1/C) sum_c sum_k (z_kc - mean z_c)^2 / (K - 1). */
export const logitVariance: ConsistencyBuild = {
  perSample: (z) => {
    const squares = tf.square(tf.sub(z, tf.mean(z, 1, true)));
    return tf.div(tf.sum(squares, [1, 2]), (z.shape[1] - 1) * z.shape[2]) as Tensor1D;
  },
};
