import { StateSteps } from "../captured/state-steps.ts";
import { fusedState } from "../captured/trained-state.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { DeviceLosses } from "./device-losses.ts";
import type { Model } from "./model.ts";
import type { ParameterLayout } from "./parameters.ts";
import { stepInput } from "./step-input.ts";

/**
 * Steps of any model on WebGPU: the network operation by operation, but pooled loss and update in kernels of our own,
 * which spares some forty dispatches a step and a dozen passes over all parameters.
 */
export class MixedSteps extends StateSteps {
  readonly path = "mixed";
  readonly #losses = new DeviceLosses();

  constructor(
    model: Model,
    layout: ParameterLayout,
    initial: Float32Array,
    totalSteps: number,
    readonly refused: string | null = null,
  ) {
    super(fusedState(model, layout, initial, totalSteps));
  }

  get reason(): string {
    return this.refused ?? "no recorded step was asked for";
  }

  take(batch: Batch, step: number): void {
    this.#losses.add(tf.tidy(() => this.state.step(stepInput(batch, step))));
  }

  readLosses(): Promise<Float32Array> {
    return this.#losses.read();
  }

  override dispose(): void {
    this.#losses.dispose();
    super.dispose();
  }
}
