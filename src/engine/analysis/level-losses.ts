import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import type { DrawPosition } from "../draws.ts";
import type { Params } from "../models/model.ts";
import { buildObjective } from "../objectives/index.ts";
import type { Tensor, Tensor3D } from "../tf.ts";
import { pooledLoss } from "../train/levels.ts";
import type { Model } from "../train/model.ts";

/** The noisy outputs of items, pooled nowhere yet and pooled below the head. */
export interface NoisyOutputs {
  /** [items, K, classes]. */
  readonly each: Tensor3D;
  /** [items, 1, classes]. */
  readonly pooledFeatures: Tensor3D;
}

type Position = Omit<DrawPosition, "rows" | "k">;

/** K noisy passes of items; the level `features` sees the same draws as the others. Call within a tidy. */
export function noisyOutputs(
  model: Model,
  params: Params,
  items: Int32Array,
  pooling: Pooling,
  position: Position,
): NoisyOutputs {
  const { k } = model.experiment.repeat;
  return {
    each: model.noisyLogits(params, items, { k, pooling, position, level: "logits" }),
    pooledFeatures: pooledFeatureLogits(model, params, items, pooling, position),
  };
}

/** The head's one output on f of the K feature vectors: logits [items, 1, classes]. Call within a tidy. */
export function pooledFeatureLogits(
  model: Model,
  params: Params,
  items: Int32Array,
  pooling: Pooling,
  position: Position,
): Tensor3D {
  const { k } = model.experiment.repeat;
  return model.noisyLogits(params, items, { k, pooling, position, level: "features" });
}

/** Loss of each item at every level under the same draws: [items] each. Call within a tidy. */
export function levelLosses(
  model: Model,
  items: Int32Array,
  pooling: Pooling,
  { each, pooledFeatures }: NoisyOutputs,
): Record<Level, Tensor> {
  const objective = buildObjective(model.experiment.objective);
  const target = model.data.targets(items);
  const at = (level: Level): Tensor =>
    level === "features"
      ? pooledLoss("logits", pooling, objective, pooledFeatures, target)
      : pooledLoss(level, pooling, objective, each, target);
  return Object.fromEntries(LEVELS.map((level) => [level, at(level)])) as Record<Level, Tensor>;
}
