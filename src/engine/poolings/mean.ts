import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, tf } from "../tf.ts";
import type { PoolingBuild } from "./pooling.ts";

/** f(x) = (1/K) sum_k x_k. */
export const mean: PoolingBuild<PoolingOf<"mean">> = {
  pool: (x) => tf.mean(x, 1) as Tensor2D,
  poolLog: (logP) => tf.sub(tf.logSumExp(logP, 1), Math.log(logP.shape[1])),
};
