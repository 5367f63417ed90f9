import { deviceIdle, type Tensor } from "../tf.ts";
import type { Steps } from "../train/steps.ts";
import type { TrainedState } from "./trained-state.ts";

/** What steps are whose parameters and optimizer lie in a {@link TrainedState}, however they are taken. */
export abstract class StateSteps implements Steps {
  abstract readonly path: Steps["path"];
  abstract readonly reason: string;

  constructor(protected readonly state: TrainedState) {}

  abstract take(...step: Parameters<Steps["take"]>): void;
  abstract readLosses(): Promise<Float32Array>;

  parameters(): Tensor[] {
    return this.state.parameters();
  }

  idle(): Promise<void> {
    return deviceIdle();
  }

  read(): Promise<Float32Array> {
    return this.state.read();
  }

  write(theta: Float32Array): void {
    this.state.write(theta);
  }

  readState(): Promise<Float32Array[]> {
    return this.state.readAll();
  }

  writeState(vectors: readonly Float32Array[]): void {
    this.state.writeAll(vectors);
  }

  dispose(): void {
    this.state.dispose();
  }
}
