import { type Tensor, type Tensor2D, type Tensor3D, tf, toFloat } from "../tf.ts";
import { forEach, LOWEST, literal } from "../wgsl.ts";
import type { PoolingWgsl } from "./pooling.ts";

/** A logarithm that stands for no weight at all. */
const NO_WEIGHT = -1e4;

/**
 * Weight of each repeat in the mean over the ranks from `from` to `to` (0 is the smallest), [batch, K, dim] -> the same
 * shape, summing to 1 over the repeats. With a repeats below it and b up to and including its equals, a repeat weighs
 * (W(b) - W(a)) / (b - a), W(n) = clamp((n - from) / (to - from), 0, 1): equal repeats share evenly, so that the order
 * of the repeats never matters.
 */
function rankWeights(x: Tensor3D, from: number, to: number): Tensor {
  const { below, equal } = countOthers(x);
  const upTo = (n: Tensor): Tensor => tf.clipByValue(tf.div(tf.sub(n, from), to - from), 0, 1);
  return tf.div(tf.sub(upTo(tf.add(below, equal)), upTo(below)), equal);
}

/** What is computed from x, but a constant to the gradient. */
function constantOf(x: Tensor3D, compute: (x: Tensor3D) => Tensor): Tensor {
  const op = tf.customGrad((input) => ({
    value: tf.tidy(() => compute(input as Tensor3D)),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return op(x);
}

/** How many repeats are smaller than each, and how many equal (itself included). */
function countOthers(x: Tensor3D): { below: Tensor; equal: Tensor } {
  const others = tf.split(x, x.shape[1], 1);
  const count = (compare: (a: Tensor, b: Tensor) => Tensor): Tensor =>
    others.reduce<Tensor>((sum, other) => tf.add(sum, toFloat(compare(other, x))), tf.zerosLike(x));
  return { below: count(tf.less), equal: count(tf.equal) };
}

/** The mean over the ranks from `from` to `to`: [batch, K, dim] -> [batch, dim]. */
export function meanOfRanks(x: Tensor3D, from: number, to: number): Tensor2D {
  return tf.sum(
    tf.mul(
      constantOf(x, (y) => rankWeights(y, from, to)),
      x,
    ),
    1,
  ) as Tensor2D;
}

/** As {@link meanOfRanks} over probabilities given and returned as logarithms, finite where one underflows. */
export function logMeanOfRanks(logP: Tensor3D, from: number, to: number): Tensor {
  const logWeights = constantOf(logP, (y) => {
    const weights = rankWeights(y, from, to);
    return tf.where(tf.greater(weights, 0), tf.log(tf.maximum(weights, 1e-30)), tf.fill(weights.shape, NO_WEIGHT));
  });
  return tf.logSumExp(tf.add(logP, logWeights), 1);
}

/**
 * max_k x_k. Where several repeats are equal to the maximum they share its gradient evenly, so that K equal repeats
 * have the gradient of one (tfjs's own max would give each of them all of it).
 */
export function largest(x: Tensor3D): Tensor2D {
  const op = tf.customGrad((input, save) => {
    const value = tf.max(input as Tensor3D, 1);
    (save as tf.GradSaveFunc)([input as Tensor3D, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [at, top] = saved as [Tensor3D, Tensor2D];
      const winners = toFloat(tf.equal(at, tf.expandDims(top, 1)));
      const share = tf.div(winners, tf.sum(winners, 1, true));
      return tf.mul(share, tf.expandDims(dy, 1));
    };
    return { value, gradFunc };
  });
  return op(x) as Tensor2D;
}

/** {@link largest} in WGSL, or with `<` the smallest. */
export const largestWgsl = (k: number, before: ">" | "<"): PoolingWgsl => ({
  kept: ["winners"],
  summary: (x) => `
    pooled.value = ${x("0u")};
    ${forEach(
      "k",
      k,
      `let x = ${x("k")};
      if (x ${before} pooled.value) { pooled.value = x; pooled.winners = 1.0; }
      else if (x == pooled.value) { pooled.winners += 1.0; }`,
    )}`,
  weight: "select(0.0, 1.0 / pooled.winners, x == pooled.value)",
});

/**
 * {@link meanOfRanks} and {@link logMeanOfRanks} in WGSL. All repeats between the smallest and the largest that weigh
 * anything weigh alike, so these two and what a repeat equal to either weighs are enough to know every weight.
 */
export const ranksWgsl = {
  mean: (k: number, from: number, to: number): PoolingWgsl => ({
    kept: RANKS_KEPT,
    summary: (x) => `${weighRanks(x, k, from, to)}
      ${forEach("k", k, `let x = ${x("k")}; pooled.value += ${rankWeight(to - from)} * x;`)}`,
    weight: rankWeight(to - from),
  }),
  logMean: (k: number, from: number, to: number): PoolingWgsl => ({
    kept: RANKS_KEPT,
    summary: (x) => `${weighRanks(x, k, from, to)}
      ${forEach("k", k, `let x = ${x("k")}; pooled.value += ${rankWeight(to - from)} * exp(select(x - pooled.last, 0.0, x > pooled.last));`)}
      pooled.value = pooled.last + log(pooled.value);`,
    weight: `${rankWeight(to - from)} * exp(min(x, pooled.last) - pooled.value)`,
  }),
};

const RANKS_KEPT = ["first", "last", "firstWeight", "lastWeight"];

/** A repeat's weight, from what {@link weighRanks} keeps. */
const rankWeight = (ranks: number): string =>
  `select(select(select(${literal(1 / ranks)}, pooled.lastWeight, x == pooled.last), pooled.firstWeight, x == pooled.first),
    0.0, x < pooled.first || x > pooled.last)`;

/** Keeps the smallest and the largest repeat with a weight, counting ranks as rankWeights does. */
function weighRanks(x: (k: string) => string, k: number, from: number, to: number): string {
  const upTo = (n: string): string => `clamp((${n} - ${literal(from)}) / ${literal(to - from)}, 0.0, 1.0)`;
  const count = forEach(
    "j",
    k,
    `let other = ${x("j")};
    below += select(0.0, 1.0, other < x);
    equal += select(0.0, 1.0, other == x);`,
  );
  return `
    pooled.first = -(${LOWEST});
    pooled.last = ${LOWEST};
    ${forEach(
      "k",
      k,
      `let x = ${x("k")};
      var below = 0.0;
      var equal = 0.0;
      ${count}
      let weight = (${upTo("below + equal")} - ${upTo("below")}) / equal;
      if (weight > 0.0 && x < pooled.first) { pooled.first = x; pooled.firstWeight = weight; }
      if (weight > 0.0 && x > pooled.last) { pooled.last = x; pooled.lastWeight = weight; }`,
    )}`;
}
