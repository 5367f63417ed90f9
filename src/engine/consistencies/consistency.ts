import type { Link } from "../objectives/link.ts";
import type { Tensor1D, Tensor3D } from "../tf.ts";

/** How far the repeats of each sample disagree; the laws every measure obeys are in consistency.test.ts. */
export interface ConsistencyBuild {
  /** z [batch, K, classes] -> [batch], for K of 2 or more. @param link how the objective reads z as probabilities */
  perSample(z: Tensor3D, link: Link): Tensor1D;
}
