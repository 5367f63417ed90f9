import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { logMeanOfRanks, meanOfRanks, ranksWgsl } from "./order-statistics.ts";
import type { PoolingBuild } from "./pooling.ts";

/** Leaves out floor(share K) repeats at either end, as scipy.stats.trim_mean does. */
function kept(k: number, share: number): [from: number, to: number] {
  // A share such as 0.3 of 10 must leave out 3, not the 2 of 2.9999.
  const cut = Math.floor(share * k + 1e-9);
  return [cut, k - cut];
}

/** f(x) = mean of x_k without the floor(share K) smallest and as many largest, entry by entry. */
export const trimmedMean: PoolingBuild<PoolingOf<"trimmed-mean">> = {
  pool: (x, { share }) => meanOfRanks(x, ...kept(x.shape[1], share)),
  poolLog: (logP, { share }) => logMeanOfRanks(logP, ...kept(logP.shape[1], share)),
  wgsl: {
    pool: (k, { share }) => ranksWgsl.mean(k, ...kept(k, share)),
    poolLog: (k, { share }) => ranksWgsl.logMean(k, ...kept(k, share)),
  },
};
