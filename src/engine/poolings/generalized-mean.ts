import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, type Tensor3D, tf } from "../tf.ts";
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
};
