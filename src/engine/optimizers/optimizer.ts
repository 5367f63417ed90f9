import type { Tensor } from "../tf.ts";

/** What decides a step, whatever the gradient. */
export interface StepInputs<P> {
  readonly parameters: P;
  /** Step size after the schedule. */
  readonly learningRate: number;
  /** Counts from 1. */
  readonly step: number;
}

export interface UpdateInputs<P> {
  readonly parameters: P;
  readonly gradient: Tensor;
  /** The numbers of the step, of {@link UpdateWgsl.hyper}, each []. */
  readonly hyper: readonly Tensor[];
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
  /** The same in WGSL, one element at a time. */
  readonly wgsl: UpdateWgsl<P>;
}

/** An update in WGSL: what stays for a whole run stands in the code, what changes from step to step is read. */
export interface UpdateWgsl<P> {
  /**
   * Statements that move element `i` along its `gradient` by theta(i), setTheta(i, value), slot0(i),
   * setSlot0(i, value), slot1(i) and so on, in the order of the slots; hyper(j) is the j-th of {@link hyper}.
   */
  code(parameters: P): string;
  /** The numbers of one step. */
  hyper(inputs: StepInputs<P>): number[];
}
