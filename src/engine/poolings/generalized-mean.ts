import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, type Tensor3D, tf } from "../tf.ts";
import { atLeast, literal, logSumExp } from "../wgsl.ts";
import type { PoolingBuild } from "./pooling.ts";

/** Smaller inputs count as this (GeM's epsilon). */
const LEAST = 1e-6;

const logPowerMean = (logX: Tensor3D, p: number): Tensor2D =>
  tf.div(tf.sub(tf.logSumExp(tf.mul(logX, p), 1), Math.log(logX.shape[1])), p) as Tensor2D;

/**
 * f(x) = ((1/K) sum_k max(x_k, 1e-6)^p)^(1/p), for inputs that are not negative: the mean at p = 1, the max as
 * p -> inf (GeM; Radenovic et al. 2019, 1711.02512, section 3.2).
 */
export const generalizedMean: PoolingBuild<PoolingOf<"generalized-mean">> = {
  pool: (x, { p }) => tf.exp(logPowerMean(tf.log(tf.clipByValue(x, LEAST, Infinity)), p)),
  poolLog: (logP, { p }) => logPowerMean(logP, p),
  wgsl: {
    pool: (k, { p }) => ({
      kept: ["total"],
      summary: (x) => `${logSumExp("total", k, (j) => `${literal(p)} * log(${atLeast(x(j), LEAST)})`)}
        pooled.total = total;
        pooled.value = exp((total - ${literal(Math.log(k))}) / ${literal(p)});`,
      // Where x_k counts as the least, f does not depend on it.
      weight: `select(0.0, pooled.value * exp(${literal(p)} * log(${atLeast("x", LEAST)}) - pooled.total) / x, x >= ${LEAST})`,
    }),
    poolLog: (k, { p }) => ({
      kept: ["total"],
      summary: (x) => `${logSumExp("total", k, (j) => `${literal(p)} * ${x(j)}`)}
        pooled.total = total;
        pooled.value = (total - ${literal(Math.log(k))}) / ${literal(p)};`,
      weight: `exp(${literal(p)} * x - pooled.total)`,
    }),
  },
};
