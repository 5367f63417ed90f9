import { fusedState, type TrainedState } from "../captured/trained-state.ts";
import { deviceIdle, type Tensor, tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceLosses } from "./device-losses.ts";
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
  readonly #state: TrainedState;
  readonly #losses = new DeviceLosses();

  constructor(
    model: Model,
    layout: ParameterLayout,
    initial: Float32Array,
    totalSteps: number,
    readonly reason = "no recorded step was asked for",
  ) {
    this.#state = fusedState(model, layout, initial, totalSteps);
  }

  parameters(): Tensor[] {
    return this.#state.parameters();
  }

  take(batch: Batch, step: number): void {
    this.#losses.add(tf.tidy(() => this.#state.step(stepInput(batch, step))));
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  idle(): Promise<void> {
    return deviceIdle();
  }

  read(): Promise<Float32Array> {
    return this.#state.read();
  }

  write(theta: Float32Array): void {
    this.#state.write(theta);
  }

  dispose(): void {
    this.#losses.dispose();
    this.#state.dispose();
  }
}
