import { type Tensor, tf } from "../tf.ts";

/**
 * How an objective reads logits as probabilities, all in logarithms. An outcome is what has a probability: a class, or
 * the yes or no of a class. Poolings of probabilities work outcome by outcome, whatever the link.
 */
export interface Link {
  /** log-probabilities of the outcomes: z [..., classes] -> [..., outcomes]. */
  outcomes(z: Tensor): Tensor;
  /** Makes outcomes that a pooling has moved off the simplex sum to 1 again: [..., outcomes] -> [..., outcomes]. */
  normalise(logP: Tensor): Tensor;
  /** The distribution over classes to predict with: [..., outcomes] -> log-probabilities [..., classes]. */
  classes(logP: Tensor): Tensor;
  readonly wgsl: LinkWgsl;
}

/** How a class's logit becomes log-probabilities, in WGSL. */
export interface LinkWgsl {
  /** Each outcome of a class, out of its logit `z` and the `normaliser` (top, log sum_j exp(z_j - top)) of its row. */
  readonly outcomes: readonly string[];
  /** What each of them should be, out of the class's target `y`. */
  readonly answers: readonly string[];
  /** Whose probabilities sum to 1: those of all classes in a row, or those of each class. */
  readonly sumsOver: "row" | "class";
}

/** One choice among the classes: log p_c = z_c - log sum_j exp(z_j). */
export const softmax: Link = {
  outcomes: (z) => tf.logSoftmax(z),
  normalise: (logP) => tf.logSoftmax(logP),
  classes: (logP) => logP,
  wgsl: { outcomes: ["z - normaliser.x - normaliser.y"], answers: ["y"], sumsOver: "row" },
};

/**
 * One yes-or-no question a class, the softmax of (z_c, 0): outcomes are log s(z_c), then log s(-z_c) = log(1 - s(z_c)),
 * [..., classes] -> [..., 2 classes]; each pair sums to 1. Predictions are normalised sigmoids, s(z_c) / sum_j s(z_j):
 * argmax is that of the logits, and a calibration error stays defined.
 */
export const sigmoid: Link = {
  outcomes: logSigmoids,
  normalise: (logP) => {
    const [yes, no] = halves(logP);
    return logSigmoids(tf.sub(yes, no));
  },
  classes: (logP) => tf.logSoftmax(halves(logP)[0]),
  wgsl: { outcomes: ["logSigmoid(z)", "logSigmoid(-z)"], answers: ["y", "1.0 - y"], sumsOver: "class" },
};

/** log s(z) = -softplus(-z); not tf.logSigmoid, whose gradient reads a tensor that is disposed by then. */
function logSigmoids(z: Tensor): Tensor {
  return tf.neg(tf.concat([tf.softplus(tf.neg(z)), tf.softplus(z)], -1));
}

const halves = (logP: Tensor): [Tensor, Tensor] => tf.split(logP, 2, -1) as [Tensor, Tensor];
