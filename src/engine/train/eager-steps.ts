import { stepHyper } from "../fused/update-wgsl.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { deviceIdle, type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceLosses } from "./device-losses.ts";
import { clipToNorm, lossAndGradients } from "./gradient.ts";
import { scaledStep, stepScales } from "./layer-decay.ts";
import type { Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import { type StepInput, scalars, stepInput } from "./step-input.ts";
import type { Steps } from "./steps.ts";

/** Steps operation by operation, on any backend. Plain: it is what any faster way is checked against. */
export class EagerSteps implements Steps {
  readonly path = "eager";
  #theta: Tensor;
  #slots: Tensor[];
  readonly #scales: Tensor | null;
  readonly #losses = new DeviceLosses();

  constructor(
    readonly model: Model,
    readonly layout: ParameterLayout,
    initial: Float32Array,
    readonly totalSteps: number,
    readonly reason = "operation by operation, as was asked for",
  ) {
    this.#theta = tf.tensor1d(initial);
    this.#slots = buildOptimizer(model.experiment.optimizer).slots.map(() => tf.zeros([layout.size]));
    const scales = stepScales(model, layout);
    this.#scales = scales && tf.tensor1d(scales);
  }

  parameters(): Tensor[] {
    return this.layout.split(this.#theta);
  }

  take(batch: Batch, step: number): void {
    const state = [this.#theta, ...this.#slots];
    const [loss, theta, ...slots] = tf.tidy(() => eagerStep(this, state, this.#scales, stepInput(batch, step)));
    tf.dispose(state);
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

  readState(): Promise<Float32Array[]> {
    return Promise.all([this.#theta, ...this.#slots].map(async (vector) => Float32Array.from(await vector.data())));
  }

  writeState(vectors: readonly Float32Array[]): void {
    tf.dispose([this.#theta, ...this.#slots]);
    const [theta, ...slots] = vectors.map((vector) => tf.tensor1d(vector.slice()));
    this.#theta = theta as Tensor;
    this.#slots = slots;
  }

  dispose(): void {
    tf.dispose([this.#theta, ...this.#slots, ...(this.#scales ? [this.#scales] : [])]);
    this.#losses.dispose();
  }
}

/** What a run's steps have in common. */
interface EagerRun {
  readonly model: Model;
  readonly layout: ParameterLayout;
  readonly totalSteps: number;
}

/**
 * One step, operation by operation, within a tidy.
 * @param state theta, then the optimizer's vectors
 * @param scales of {@link stepScales}
 * @returns the loss [], then the state after the step
 */
export function eagerStep(
  { model, layout, totalSteps }: EagerRun,
  [theta, ...slots]: readonly Tensor[],
  scales: Tensor | null,
  input: StepInput,
): Tensor[] {
  const { optimizer, schedule, clipNorm } = model.experiment;
  const { value, gradients } = lossAndGradients(model, layout, layout.split(theta as Tensor), input);
  const gradient = layout.concat(gradients);
  const hyper = (step: number) => stepHyper(optimizer, schedule, step, totalSteps);
  const next = buildOptimizer(optimizer).update(theta as Tensor, slots, {
    gradient: clipNorm === null ? gradient : clipToNorm(gradient, clipNorm),
    parameters: optimizer,
    hyper: scalars(input, hyper(1).length, (_, step) => hyper(step)),
  });
  return [value, scales ? scaledStep(theta as Tensor, next.theta, scales) : next.theta, ...next.slots];
}
