import type { ObjectiveOf } from "../../shared/plugins/objectives/index.ts";
import { tf } from "../tf.ts";
import { literal } from "../wgsl.ts";
import { softmax } from "./link.ts";
import type { PerSample } from "./objective.ts";

/** 1 - p is kept this far from 0, where the derivative of (1 - p)^gamma has a pole for gamma < 1. */
const LEAST = 1e-7;

/** l = -sum_c y_c (1 - p_c)^gamma log p_c (Lin et al. 2017, 1708.02002, equation 4); cross-entropy at gamma = 0. */
export const focal: PerSample<ObjectiveOf<"focal">> = {
  link: softmax,
  perSample: (logP, target, { gamma }) => {
    const rest = tf.clipByValue(tf.sub(1, tf.exp(logP)), LEAST, 1);
    return tf.neg(tf.sum(tf.mul(target, tf.mul(tf.pow(rest, gamma), logP)), 2));
  },
  wgsl: (_, { gamma }) => {
    const rest = `max(1.0 - exp(logP), ${LEAST})`;
    const bend = `${literal(gamma)} * pow(${rest}, ${literal(gamma - 1)}) * exp(logP) * logP`;
    return {
      loss: `-y * pow(${rest}, ${literal(gamma)}) * logP`,
      slope: `-y * (pow(${rest}, ${literal(gamma)}) - select(0.0, ${bend}, 1.0 - exp(logP) >= ${LEAST}))`,
    };
  },
};
