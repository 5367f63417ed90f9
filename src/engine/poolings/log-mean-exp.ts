import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, tf } from "../tf.ts";
import { atLeast, forEach, literal, logSumExp } from "../wgsl.ts";
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
  wgsl: {
    pool: (k, { t }) => ({
      kept: ["total"],
      summary: (x) => `${logSumExp("total", k, (j) => `${literal(t)} * ${x(j)}`)}
        pooled.total = total;
        pooled.value = (total - ${literal(Math.log(k))}) / ${literal(t)};`,
      weight: `exp(${literal(t)} * x - pooled.total)`,
    }),
    // With e_k = exp(t (p_k - m)) and v the pooled probability, df / dlog p_k = p_k e_k / (v sum_j e_j).
    poolLog: (k, { t }) => ({
      kept: ["top", "mean", "probability"],
      summary: (x) => `
        var top = 0.0;
        ${forEach("k", k, `top = max(top, exp(${x("k")}));`)}
        var sum = 0.0;
        ${forEach("k", k, `sum += expMinusOne(${literal(t)} * (exp(${x("k")}) - top));`)}
        pooled.top = top;
        pooled.mean = sum / ${literal(k)};
        pooled.probability = top + logOnePlus(pooled.mean) / ${literal(t)};
        pooled.value = log(${atLeast("pooled.probability", TINY)});
        // An emulator's exp makes numbers of what is none.
        if (isNoNumber(${x("0u")})) { pooled.value = ${x("0u")}; }`,
      weight: `select(0.0, exp(x) * exp(${literal(t)} * (exp(x) - pooled.top)) /
        (${literal(k)} * (1.0 + pooled.mean) * pooled.probability), pooled.probability >= ${TINY})`,
    }),
  },
};
