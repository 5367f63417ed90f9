import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import type { DrawPosition } from "../draws.ts";
import type { Params } from "../models/model.ts";
import { type Tensor, type Tensor3D, tf } from "../tf.ts";
import { inconsistencies, sampleLosses } from "../train/levels.ts";
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
    each: model.noisyLogits(params, items, { k, pooling: { id: "mean" }, position, level: "logits" }),
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
  const f = poolingAt(model, pooling, "features");
  return model.noisyLogits(params, items, { k, pooling: f, position, level: "features" });
}

/**
 * Loss of each item at every level under the same draws: [items] each. Call within a tidy. f is the same at every level;
 * where it is learnt for another level only, the mean stands in.
 */
export function levelLosses(
  model: Model,
  params: Params,
  items: Int32Array,
  pooling: Pooling,
  { each, pooledFeatures }: NoisyOutputs,
): Record<Level, Tensor> {
  const { objective, experiment } = model;
  const target = model.targets(items);
  const at = (level: Level): Tensor => {
    const z = level === "features" ? pooledFeatures : each;
    const losses = sampleLosses(level, poolingAt(model, pooling, level), objective, z, target, params);
    const apart = inconsistencies(experiment.consistency, objective.link, z);
    return apart ? tf.add(losses, apart) : losses;
  };
  return Object.fromEntries(LEVELS.map((level) => [level, at(level)])) as Record<Level, Tensor>;
}

/** f at a level: a learnt one exists at its own level alone. */
const poolingAt = ({ experiment }: Model, pooling: Pooling, level: Level): Pooling =>
  pooling.id === "attention" && level !== experiment.aggregate.level ? { id: "mean" } : pooling;
