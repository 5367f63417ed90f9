import { cardById } from "../../shared/plugins/card.ts";
import type { Consistency } from "../../shared/plugins/consistencies/index.ts";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import type { Level } from "../../shared/task.ts";
import { CONSISTENCY_BUILDS } from "../consistencies/index.ts";
import type { Params } from "../models/model.ts";
import type { BoundObjective, BoundPerSample, BoundTerm } from "../objectives/index.ts";
import type { Link } from "../objectives/link.ts";
import { type BoundPooling, buildPooling } from "../poolings/index.ts";
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tf } from "../tf.ts";

/** Levels that pool outputs; at the level `features` pooling happens below the head (pass.ts). */
export type OutputLevel = Exclude<Level, "features">;

/** Where and how outputs are pooled: at the level `features` there is one output a sample, and nothing left to pool. */
const outputPooling = (level: Level, pooling: Pooling): [OutputLevel, Pooling] =>
  level === "features" ? ["logits", { id: "mean" }] : [level, pooling];

/**
 * Loss of a batch after pooling at a level, z [batch, K, classes], or [batch, 1, classes] at the level `features`, -> []:
 * `loss`: f_k L(p_k), p_k = link(z_k); `probabilities`: L(f_k p_k), renormalised unless f is a convex combination;
 * `logits`: L(link(f_k z_k)). L of a sample is pooled sample by sample, [batch, K] -> [batch], before the weighted
 * mean over the batch; an objective over the batch gives one loss a repeat, [K] -> []. Each term of a sum is pooled by
 * itself.
 * @param target [batch, 1 or K, classes]; where each repeat has its own, what is pooled before the loss meets their mean
 * @param weights [batch], 0 where a row is padding; null where none is
 * @param params the model's weights, for a pooling that learns
 */
export function pooledLoss(
  at: Level,
  choice: Pooling,
  { terms }: BoundObjective,
  z: Tensor3D,
  target: Tensor3D,
  weights: Tensor1D | null = null,
  params: Params = {},
): tf.Scalar {
  const { sets, met, f } = comparedSets(at, choice, terms, z, target, params);
  return weightedSum(sets.map(({ term, logP }) => [term, lossOfSets(term, logP, met, weights, f)])) as tf.Scalar;
}

/**
 * Loss of each sample by itself after pooling at a level, as in {@link pooledLoss}: [batch]. An objective over the batch
 * sees each sample as a batch of one; class weights say nothing about one sample.
 */
export function sampleLosses(
  at: Level,
  choice: Pooling,
  { terms }: BoundObjective,
  z: Tensor3D,
  target: Tensor3D,
  params: Params = {},
): Tensor1D {
  const { sets, met, f } = comparedSets(at, choice, terms, z, target, params);
  const batch = z.shape[0];
  const rows = (x: Tensor3D): Tensor3D[] => tf.split(x, batch, 0);
  const targets = rows(met);
  const each = ({ term, logP }: TermSets): Tensor => {
    if (!("overBatch" in term)) return poolSets(term.perSample(logP, met), batch, logP.shape[1], f);
    return tf.stack(rows(logP).map((row, i) => lossOfSets(term, row, targets[i] as Tensor3D, null, f)));
  };
  return weightedSum(sets.map((set) => [set.term, each(set)])) as Tensor1D;
}

/** sum_i weight_i loss_i over the terms of an objective. */
function weightedSum(losses: readonly (readonly [BoundTerm, Tensor])[]): Tensor {
  return tf.addN(losses.map(([{ weight }, loss]) => (weight === 1 ? loss : tf.mul(loss, weight))));
}

/** A term of an objective with the outcomes that it compares, [batch, R, outcomes]. */
interface TermSets {
  readonly term: BoundTerm;
  readonly logP: Tensor3D;
}

/** What every term compares, the targets they meet, and f over the R losses; null where nothing is left to pool. */
function comparedSets(
  at: Level,
  choice: Pooling,
  terms: readonly BoundTerm[],
  z: Tensor3D,
  target: Tensor3D,
  params: Params,
): { sets: TermSets[]; met: Tensor3D; f: BoundPooling | null } {
  const [level, pooling] = outputPooling(at, choice);
  const met = level !== "loss" && target.shape[1] > 1 ? (tf.mean(target, 1, true) as Tensor3D) : target;
  const outcomes = ({ link }: BoundTerm): Tensor =>
    level === "loss" ? link.outcomes(z) : tf.expandDims(pooledOutcomes(level, pooling, link, z, params), 1);
  const sets = terms.map((term) => ({ term, logP: outcomes(term) as Tensor3D }));
  return { sets, met, f: level === "loss" ? buildPooling(pooling, params) : null };
}

/** Losses of R sets, [rows, R] or [R], pooled with f: -> [rows]. */
function poolSets(losses: Tensor, rows: number, sets: number, f: BoundPooling | null): Tensor1D {
  const each = tf.reshape(losses, [rows, sets, 1]) as Tensor3D;
  return tf.reshape(f ? f.pool(each) : each, [rows]);
}

/** A term's loss over R sets of outcomes [batch, R, outcomes], pooled with f where there are repeats to be pooled. */
function lossOfSets(
  term: BoundTerm,
  logP: Tensor3D,
  target: Tensor3D,
  weights: Tensor1D | null,
  f: BoundPooling | null,
): Tensor {
  const pool = (losses: Tensor, rows: number): Tensor1D => poolSets(losses, rows, logP.shape[1], f);
  if ("overBatch" in term) return tf.reshape(pool(term.overBatch(logP, target, weights), 1), []);
  return weightedMean(pool(term.perSample(logP, target), logP.shape[0]), itemWeights(term, target, weights));
}

/** w_i = padding_i sum_c y_ic w_c, [batch]; null where all weigh alike. */
export function itemWeights(
  { classWeights }: Pick<BoundPerSample, "classWeights">,
  target: Tensor3D,
  weights: Tensor1D | null,
): Tensor1D | null {
  if (!classWeights) return weights;
  const ofItems = tf.mean(tf.sum(tf.mul(target, tf.tensor1d([...classWeights])), 2), 1) as Tensor1D;
  return weights ? tf.mul(ofItems, weights) : ofItems;
}

/**
 * What the disagreement of its repeats adds to each sample's loss, z [batch, K, classes] -> [batch]; null where it adds
 * nothing, as with a single repeat.
 */
export function inconsistencies(consistency: Consistency | null, link: Link, z: Tensor3D): Tensor1D | null {
  if (!consistency || z.shape[1] === 1) return null;
  return tf.mul(CONSISTENCY_BUILDS[consistency.id].perSample(z, link), consistency.weight);
}

/** The weighted mean of {@link inconsistencies} over a batch: []; null where there are none. */
export function inconsistency(
  consistency: Consistency | null,
  link: Link,
  z: Tensor3D,
  weights: Tensor1D | null = null,
): tf.Scalar | null {
  const each = inconsistencies(consistency, link, z);
  return each && weightedMean(each, weights);
}

/** sum_i w_i l_i / sum_i w_i; the plain mean without weights. */
function weightedMean(losses: Tensor1D, weights: Tensor1D | null): tf.Scalar {
  return (weights ? tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights)) : tf.mean(losses)) as tf.Scalar;
}

/**
 * log of the pooled outcomes of a link, z [batch, K, classes] -> [batch, outcomes]. The level `loss` pools nothing that
 * could be predicted with; there f pools the probabilities.
 */
function pooledOutcomes(level: OutputLevel, pooling: Pooling, link: Link, z: Tensor3D, params: Params): Tensor {
  const f = buildPooling(pooling, params);
  if (level === "logits") return link.outcomes(f.pool(z));
  const pooled = f.poolLog(link.outcomes(z) as Tensor3D);
  return cardById(POOLINGS, pooling.id).convex ? pooled : link.normalise(pooled);
}

/** log of the pooled probabilities of the classes, z [batch, K, classes] -> [batch, classes]; they sum to 1. */
export function pooledLogProbabilities(
  at: Level,
  choice: Pooling,
  link: Link,
  z: Tensor3D,
  params: Params = {},
): Tensor2D {
  const [level, pooling] = outputPooling(at, choice);
  return link.classes(pooledOutcomes(level, pooling, link, z, params)) as Tensor2D;
}

/**
 * Repeats every row K times: [batch, ...] -> [batch, K, ...]. A broadcast product, because the gradient of tfjs's
 * tile is K slices, and of this one a sum.
 */
export function repeatRows(x: Tensor, k: number): Tensor {
  const ones = tf.ones([1, k, ...x.shape.slice(1).map(() => 1)]);
  return tf.mul(tf.expandDims(x, 1), ones);
}
