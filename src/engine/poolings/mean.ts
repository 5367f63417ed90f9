import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, tf } from "../tf.ts";
import { forEach, literal, logSumExp } from "../wgsl.ts";
import type { PoolingBuild } from "./pooling.ts";

/** f(x) = (1/K) sum_k x_k. */
export const mean: PoolingBuild<PoolingOf<"mean">> = {
  pool: (x) => tf.mean(x, 1) as Tensor2D,
  poolLog: (logP) => tf.sub(tf.logSumExp(logP, 1), Math.log(logP.shape[1])),
  wgsl: {
    pool: (k) => ({
      summary: (x) => `${forEach("k", k, `pooled.value += ${x("k")};`)} pooled.value /= ${literal(k)};`,
      weight: literal(1 / k),
    }),
    poolLog: (k) => ({
      kept: ["total"],
      summary: (x) => `${logSumExp("total", k, x)}
        pooled.total = total;
        pooled.value = total - ${literal(Math.log(k))};`,
      weight: "exp(x - pooled.total)",
    }),
  },
};
