import type { Experiment } from "../../shared/experiment.ts";
import type { HostParams, Params } from "../models/model.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { scheduleFactor } from "../schedules/index.ts";
import { type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";

/**
 * One model in training on one device: theta, the optimizer's state, and the step that moves them. Eager and plain:
 * it is what any faster path is checked against.
 */
export class Trainer {
  readonly layout: ParameterLayout;
  #theta: Tensor;
  #slots: Tensor[];
  #step = 0;

  constructor(
    readonly model: Model,
    initial: HostParams,
    readonly totalSteps: number,
  ) {
    this.layout = new ParameterLayout(initial);
    this.#theta = tf.tensor1d(this.layout.flatten(initial));
    this.#slots = buildOptimizer(this.experiment.optimizer).slots.map(() => tf.zeros([this.layout.size]));
  }

  get experiment(): Experiment {
    return this.model.experiment;
  }

  /** Steps taken so far. */
  get stepsTaken(): number {
    return this.#step;
  }

  /** Takes one step; returns its loss [] on the device, for the caller to read and dispose. */
  step(batch: Batch): Tensor {
    this.#step += 1;
    const { optimizer, schedule, clipNorm } = this.experiment;
    const [loss, theta, ...slots] = tf.tidy(() => {
      const { value, gradient } = this.lossAndGradient(batch, this.#step);
      const clipped = clipNorm === null ? gradient : clipToNorm(gradient, clipNorm);
      const next = buildOptimizer(optimizer).update(this.#theta, this.#slots, {
        gradient: clipped,
        parameters: optimizer,
        learningRate: optimizer.learningRate * scheduleFactor(schedule, this.#step, this.totalSteps),
        step: this.#step,
      });
      return [value, next.theta, ...next.slots];
    });
    tf.dispose([this.#theta, ...this.#slots]);
    this.#theta = theta as Tensor;
    this.#slots = slots;
    return loss as Tensor;
  }

  /**
   * The batch's pooled loss at the current theta and its gradient [parameters]. Call within a tidy.
   * @param step decides the noise
   */
  lossAndGradient(batch: Batch, step: number): { value: Tensor; gradient: Tensor } {
    const tensors = this.layout.split(this.#theta);
    const loss = (...parameters: Tensor[]) => this.model.loss(this.layout.name(parameters), batch, step);
    const { value, grads } = tf.valueAndGrads(loss)(tensors);
    return { value, gradient: this.layout.concat(grads) };
  }

  /** The current parameters as named tensors; call within a tidy. */
  readonly params = (): Params => this.layout.name(this.layout.split(this.#theta));

  /** The current parameters on the host. */
  async read(): Promise<HostParams> {
    return this.layout.unflatten((await this.#theta.data()) as Float32Array);
  }

  /** Goes back to earlier parameters (of early stopping); the optimizer's state stays. */
  restore(params: HostParams): void {
    this.#theta.dispose();
    this.#theta = tf.tensor1d(this.layout.flatten(params));
  }

  dispose(): void {
    tf.dispose([this.#theta, ...this.#slots]);
  }
}

/** g min(1, norm / ||g||_2) (Pascanu et al. 2013, 1211.5063, algorithm 1). */
export function clipToNorm(gradient: Tensor, norm: number): Tensor {
  const length = tf.sqrt(tf.sum(tf.square(gradient)));
  return tf.mul(gradient, tf.minimum(tf.div(norm, tf.add(length, 1e-12)), 1));
}
