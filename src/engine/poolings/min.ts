import type { PoolingOf } from "../../shared/plugins/poolings/index.ts";
import { type Tensor2D, type Tensor3D, tf } from "../tf.ts";
import { largest, largestWgsl } from "./order-statistics.ts";
import type { PoolingBuild } from "./pooling.ts";

const smallest = (x: Tensor3D): Tensor2D => tf.neg(largest(tf.neg(x)));

/** f(x) = min_k x_k, entry by entry; at the level `loss` the easiest pass. */
export const min: PoolingBuild<PoolingOf<"min">> = {
  pool: smallest,
  poolLog: smallest,
  wgsl: { pool: (k) => largestWgsl(k, "<"), poolLog: (k) => largestWgsl(k, "<") },
};
