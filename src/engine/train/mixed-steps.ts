import { FusedUpdate } from "../fused/update.ts";
import { stepHyper } from "../fused/update-wgsl.ts";
import { deviceIdle, type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceLosses } from "./device-losses.ts";
import { lossAndGradient } from "./gradient.ts";
import type { Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import { stepInput } from "./step-input.ts";
import type { Steps } from "./steps.ts";

/**
 * Steps of any model on WebGPU: the network operation by operation, but pooled loss and update in kernels of our own,
 * which spares some forty dispatches a step and a dozen passes over all parameters.
 */
export class MixedSteps implements Steps {
  readonly path = "mixed";
  readonly #update: FusedUpdate;
  readonly #losses = new DeviceLosses();

  constructor(
    readonly model: Model,
    readonly layout: ParameterLayout,
    initial: Float32Array,
    readonly totalSteps: number,
  ) {
    const { optimizer, clipNorm } = model.experiment;
    this.#update = new FusedUpdate(optimizer, clipNorm, initial);
  }

  get theta(): Tensor {
    return this.#update.theta;
  }

  take(batch: Batch, step: number): void {
    const { optimizer, schedule } = this.model.experiment;
    const loss = tf.tidy(() => {
      const input = stepInput(batch, step);
      const { value, gradient } = lossAndGradient(this.model, this.layout, this.theta, input, { fused: true });
      this.#update.apply(
        gradient,
        input.numbers((_, at) => stepHyper(optimizer, schedule, at, this.totalSteps)),
      );
      return value;
    });
    this.#losses.add(loss);
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  idle(): Promise<void> {
    return deviceIdle();
  }

  read(): Promise<Float32Array> {
    return this.#update.read();
  }

  write(theta: Float32Array): void {
    this.#update.write(theta);
  }

  dispose(): void {
    this.#losses.dispose();
    this.#update.dispose();
  }
}
