import type { ObjectiveOf } from "../../shared/plugins/objectives/index.ts";
import { type Tensor1D, tf } from "../tf.ts";
import { softmax } from "./link.ts";
import type { OverBatch } from "./objective.ts";

/**
 * 1 - mean_c 2 TP_c / (2 TP_c + FP_c + FN_c) with TP_c = sum_i p y, FP_c = sum_i p (1 - y), FN_c = sum_i (1 - p) y over
 * the batch, so that the denominator is sum_i p + sum_i y. A class without a true item in the batch is left out of the
 * mean. Not a mean over samples: the loss of two batches is not the mean of their losses.
 */
export const softF1: OverBatch<ObjectiveOf<"soft-f1">> = {
  link: softmax,
  overBatch: (logP, target, weights) => {
    const w = weights && tf.reshape(weights, [weights.shape[0], 1, 1]);
    const p = w ? tf.mul(tf.exp(logP), w) : tf.exp(logP);
    const items = tf.sum(w ? tf.mul(target, w) : target, 0);
    const present = tf.cast(tf.greater(items, 0), "float32");
    // Where a class is absent, 1 keeps 0 / 0 away from the gradient.
    const size = tf.add(tf.add(tf.sum(p, 0), items), tf.sub(1, present));
    const f1 = tf.div(tf.mul(2, tf.sum(tf.mul(p, target), 0)), size);
    return tf.sub(1, tf.div(tf.sum(tf.mul(f1, present), 1), tf.sum(present, 1))) as Tensor1D;
  },
};
