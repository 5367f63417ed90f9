import type { StepPath } from "../../shared/run-record.ts";
import type { Program } from "../captured/recording.ts";
import type { Tensor } from "../tf.ts";
import type { Batch } from "./batches.ts";

/**
 * What takes a model's training steps: theta, the optimizer's state and the losses on the way. Every way to do it moves
 * the same theta by the same numbers, but for rounding; the eager one is what the others are checked against.
 */
export interface Steps {
  readonly path: StepPath;
  /** Why steps are taken so, and not faster. */
  readonly reason: string;
  /** What stands against recording them, the operation named; left out where nothing does or nobody asked. */
  readonly refused?: string | null;
  /** All parameters as they are at the moment, in the order of the layout. Call within a tidy. */
  parameters(): Tensor[];
  /** Sends one step to the device; nothing is waited for. @param step counts from 1: decides noise and learning rate */
  take(batch: Batch, step: number): void;
  /** The programs that steps of such a batch run, as far as they are known before the first. */
  programs?(batch: Batch): readonly Program[];
  /** Losses of the steps since the last reading, in order, in one readback. */
  readLosses(): Promise<Float32Array>;
  /** Resolves when all that was sent is done. @throws Error where the device refused a command */
  idle(): Promise<void>;
  /** All parameters on the host. */
  read(): Promise<Float32Array>;
  /** Puts other parameters in their place; the optimizer's state stays. */
  write(theta: Float32Array): void;
  /** Theta, then the optimizer's vectors in the order of its slots, each [parameters]: what the next step goes on from. */
  readState(): Promise<Float32Array[]>;
  /** Puts such vectors in the place of all that there are. */
  writeState(vectors: readonly Float32Array[]): void;
  dispose(): void;
}
