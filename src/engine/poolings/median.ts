import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { logMeanOfRanks, meanOfRanks, ranksWgsl } from "./order-statistics.ts";
import type { PoolingBuild } from "./pooling.ts";

/** The middle rank of K, or both middle ranks where K is even. */
const middle = (k: number): [from: number, to: number] => [Math.ceil(k / 2) - 1, Math.floor(k / 2) + 1];

/** f(x) = median_k x_k, entry by entry; for an even K the mean of the two in the middle. */
export const median: PoolingBuild<PoolingOf<"median">> = {
  pool: (x) => meanOfRanks(x, ...middle(x.shape[1])),
  poolLog: (logP) => logMeanOfRanks(logP, ...middle(logP.shape[1])),
  wgsl: { pool: (k) => ranksWgsl.mean(k, ...middle(k)), poolLog: (k) => ranksWgsl.logMean(k, ...middle(k)) },
};
