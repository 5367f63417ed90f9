import type { ObjectiveOf } from "../../shared/plugins/objectives/index.ts";
import { tf } from "../tf.ts";
import { literal } from "../wgsl.ts";
import { sigmoid } from "./link.ts";
import type { PerSample } from "./objective.ts";

/** l = -(1/C) sum_c [y_c log s_c + (1 - y_c) log(1 - s_c)], s_c = sigmoid(z_c): each class against the rest. */
export const binaryCrossEntropy: PerSample<ObjectiveOf<"binary-cross-entropy">> = {
  link: sigmoid,
  perSample: (logP, target) => {
    const answers = tf.concat([target, tf.sub(1, target)], 2);
    return tf.div(tf.neg(tf.sum(tf.mul(answers, logP), 2)), target.shape[2]);
  },
  wgsl: (numClasses) => ({
    loss: `-y * logP / ${literal(numClasses)}`,
    slope: `-y / ${literal(numClasses)}`,
  }),
};
