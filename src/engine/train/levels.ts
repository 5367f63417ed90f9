import { cardById } from "../../shared/plugins/card.ts";
import { POOLINGS, type Pooling } from "../../shared/plugins/poolings/index.ts";
import type { Level } from "../../shared/task.ts";
import type { ObjectiveBuild } from "../objectives/objective.ts";
import { buildPooling } from "../poolings/index.ts";
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tf } from "../tf.ts";

/** Levels that pool outputs; at the level `features` pooling happens below the head (pass.ts). */
export type OutputLevel = Exclude<Level, "features">;

/**
 * Loss of each sample after pooling at a level, z [batch, K, classes] -> [batch]:
 * `loss`: f_k L(softmax z_k); `probabilities`: L(f_k softmax z_k), renormalised unless f is a convex combination;
 * `logits`: L(softmax f_k z_k).
 * @param target one a sample [batch, classes], or one a repeat [batch, K, classes] where a noise mixes targets; the
 *   pooled output's target is then the mean over the repeats
 */
export function pooledLoss(
  level: OutputLevel,
  pooling: Pooling,
  objective: ObjectiveBuild<void>,
  z: Tensor3D,
  target: Tensor2D | Tensor3D,
): Tensor1D {
  if (level !== "loss") {
    const pooled = target.rank === 3 ? tf.mean(target, 1) : target;
    return objective.perSample(pooledLogProbabilities(level, pooling, z), pooled as Tensor2D);
  }
  const [batch, k, classes] = z.shape;
  const logP = tf.logSoftmax(tf.reshape(z, [batch * k, classes])) as Tensor2D;
  const each = target.rank === 3 ? target : repeatRows(target, k);
  const losses = objective.perSample(logP, tf.reshape(each, [batch * k, classes]) as Tensor2D);
  return tf.reshape(buildPooling(pooling).pool(tf.reshape(losses, [batch, k, 1]) as Tensor3D), [batch]);
}

/**
 * log of the pooled probabilities, z [batch, K, classes] -> [batch, classes]. The level `loss` pools nothing that
 * could be predicted with; there f pools the probabilities.
 */
export function pooledLogProbabilities(level: OutputLevel, pooling: Pooling, z: Tensor3D): Tensor2D {
  const f = buildPooling(pooling);
  if (level === "logits") return tf.logSoftmax(f.pool(z)) as Tensor2D;
  const pooled = f.poolLog(tf.logSoftmax(z) as Tensor3D);
  const convex = cardById(POOLINGS, pooling.id).convex;
  return (convex ? pooled : tf.sub(pooled, tf.logSumExp(pooled, 1, true))) as Tensor2D;
}

/**
 * Repeats every row K times: [batch, ...] -> [batch, K, ...]. A broadcast product, because the gradient of tfjs's
 * tile is K slices, and of this one a sum.
 */
export function repeatRows(x: Tensor, k: number): Tensor {
  const ones = tf.ones([1, k, ...x.shape.slice(1).map(() => 1)]);
  return tf.mul(tf.expandDims(x, 1), ones);
}
