import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { largest, largestWgsl } from "./order-statistics.ts";
import type { PoolingBuild } from "./pooling.ts";

/** f(x) = max_k x_k, entry by entry; at the level `loss` the hardest pass. */
export const max: PoolingBuild<PoolingOf<"max">> = {
  pool: largest,
  poolLog: largest,
  wgsl: { pool: (k) => largestWgsl(k, ">"), poolLog: (k) => largestWgsl(k, ">") },
};
