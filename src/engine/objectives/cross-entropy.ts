import type { ObjectiveOf } from "../../shared/plugins/objectives/index.ts";
import { tf } from "../tf.ts";
import { literal } from "../wgsl.ts";
import { softmax } from "./link.ts";
import type { PerSample } from "./objective.ts";

/**
 * l = -sum_c q_c log p_c with q = (1 - e) y + e / C, e the label smoothing (Szegedy et al. 2016, 1512.00567,
 * section 7). Balanced class weights are n / (C n_c) over the C classes that have training items, as scikit-learn
 * has them; one without any weighs 1. A weight multiplies the whole loss of an item, its smoothing included.
 */
export const crossEntropy: PerSample<ObjectiveOf<"cross-entropy">> = {
  link: softmax,
  perSample: (logP, target, { labelSmoothing: e }) => {
    const smooth = e === 0 ? target : tf.add(tf.mul(target, 1 - e), e / logP.shape[2]);
    return tf.neg(tf.sum(tf.mul(smooth, logP), 2));
  },
  wgsl: (numClasses, { labelSmoothing: e }) => {
    const smooth = e === 0 ? "y" : `(${literal(1 - e)} * y + ${literal(e / numClasses)})`;
    return { loss: `-${smooth} * logP`, slope: `-${smooth}` };
  },
  classWeights: (counts, { classWeights }) => {
    if (classWeights === "none") return null;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const present = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count > 0 ? total / (present * count) : 1));
  },
};
