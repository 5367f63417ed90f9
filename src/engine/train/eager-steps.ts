import { buildOptimizer } from "../optimizers/index.ts";
import { scheduleFactor } from "../schedules/index.ts";
import { deviceIdle, type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceLosses } from "./device-losses.ts";
import { clipToNorm, lossAndGradient } from "./gradient.ts";
import type { Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import type { Steps } from "./steps.ts";

/** Steps operation by operation, on any backend. Plain: it is what any faster way is checked against. */
export class EagerSteps implements Steps {
  readonly path = "eager";
  #theta: Tensor;
  #slots: Tensor[];
  readonly #losses = new DeviceLosses();

  constructor(
    readonly model: Model,
    readonly layout: ParameterLayout,
    initial: Float32Array,
    readonly totalSteps: number,
  ) {
    this.#theta = tf.tensor1d(initial);
    this.#slots = buildOptimizer(model.experiment.optimizer).slots.map(() => tf.zeros([layout.size]));
  }

  get theta(): Tensor {
    return this.#theta;
  }

  take(batch: Batch, step: number): void {
    const { optimizer, schedule, clipNorm } = this.model.experiment;
    const [loss, theta, ...slots] = tf.tidy(() => {
      const { value, gradient } = lossAndGradient(this.model, this.layout, this.#theta, batch, step);
      const next = buildOptimizer(optimizer).update(this.#theta, this.#slots, {
        gradient: clipNorm === null ? gradient : clipToNorm(gradient, clipNorm),
        parameters: optimizer,
        learningRate: optimizer.learningRate * scheduleFactor(schedule, step, this.totalSteps),
        step,
      });
      return [value, next.theta, ...next.slots];
    });
    tf.dispose([this.#theta, ...this.#slots]);
    this.#theta = theta as Tensor;
    this.#slots = slots;
    this.#losses.add(loss as Tensor);
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  idle(): Promise<void> {
    return deviceIdle();
  }

  async read(): Promise<Float32Array> {
    return (await this.#theta.data()) as Float32Array;
  }

  write(theta: Float32Array): void {
    this.#theta.dispose();
    this.#theta = tf.tensor1d(theta);
  }

  dispose(): void {
    tf.dispose([this.#theta, ...this.#slots]);
    this.#losses.dispose();
  }
}
