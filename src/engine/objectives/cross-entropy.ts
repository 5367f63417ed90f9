import type { Objective } from "../../shared/plugins/objectives/index.ts";
import { type Tensor1D, tf } from "../tf.ts";
import type { ObjectiveBuild } from "./objective.ts";

/** CE = -sum_c y_c log p_c. */
export const crossEntropy: ObjectiveBuild<Extract<Objective, { id: "cross-entropy" }>> = {
  perSample: (logP, target) => tf.neg(tf.sum(tf.mul(target, logP), 1)) as Tensor1D,
};
