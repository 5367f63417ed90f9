import type { Tensor } from "../tf.ts";

/** Constants of one update that change from step to step, as device scalars. */
export interface UpdateInputs<P> {
  readonly gradient: Tensor;
  readonly parameters: P;
  /** Step size after the schedule. */
  readonly learningRate: number;
  /** Counts from 1. */
  readonly step: number;
}

/**
 * An optimizer over one flat vector that holds every trainable parameter: a dozen operations a step, however many
 * parameters there are.
 */
export interface OptimizerBuild<P> {
  /** Names of its state vectors, each as long as the parameters and 0 at first. */
  readonly slots: readonly string[];
  /** (theta, slots) -> their next values, as new tensors. */
  update(theta: Tensor, slots: readonly Tensor[], inputs: UpdateInputs<P>): { theta: Tensor; slots: Tensor[] };
}
