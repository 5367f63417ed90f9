import { BOUNDS, type Experiment } from "../experiment.ts";
import type { PointSet } from "./sweep-file.ts";

/**
 * What a configuration with K > 1 has to beat.
 *
 * `baseline-k1`: the same with K = 1, over the same epochs: it sees each item once where the configuration sees it K
 * times. `equal-compute`: K = 1 over K times the epochs (and the patience of early stopping), so that both may take the
 * same number of forward passes.
 *
 * With K = 1 there is nothing to pool: every level, f and term of agreement trains the same model (method, identity 1),
 * so that one baseline serves all f and predicts with the f' of the sweep's experiment. Only where groups of samples are
 * pooled together does f still matter, and each f keeps a baseline of its own.
 */
export type BaselineRole = "baseline-k1" | "equal-compute";

/** The values that make a baseline out of a configuration's. */
export function baselineSet(role: BaselineRole, set: PointSet, experiment: Experiment): PointSet {
  const { k, groupSize } = experiment.repeat;
  const kept = Object.entries(set).filter(([path]) => groupSize > 1 || !isPooling(path));
  const longer = role === "equal-compute" ? longerBy(k, experiment) : {};
  return { ...Object.fromEntries(kept), "repeat.k": 1, ...longer };
}

function longerBy(k: number, { epochs, earlyStopping }: Experiment): PointSet {
  const patience = earlyStopping && Math.min(BOUNDS.patience.max, k * earlyStopping.patience);
  return { epochs: k * epochs, ...(patience === null ? {} : { "earlyStopping.patience": patience }) };
}

const isPooling = (path: string): boolean => /^(aggregate|consistency)(\.|$)/.test(path);

/** Equal for two experiments that train the same model on the same data, whatever they say of pooling one output. */
export function trainingKey(experiment: Experiment): string {
  const { aggregate, consistency, inference, ...rest } = experiment;
  const pools = rest.repeat.k > 1 || rest.repeat.groupSize > 1;
  return JSON.stringify([rest, inference.k, pools ? [aggregate, consistency, inference.pooling] : null]);
}
