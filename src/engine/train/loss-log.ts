import type { StepRecord } from "../../shared/run-record.ts";
import { type Tensor, tf } from "../tf.ts";

/** Losses still on the device, read back together: one readback for many steps. */
export class LossLog {
  #waiting: { step: number; epoch: number; loss: Tensor }[] = [];
  readonly steps: StepRecord[] = [];

  add(step: number, epoch: number, loss: Tensor): void {
    this.#waiting.push({ step, epoch, loss });
  }

  /** Reads all that waits; returns what is new. */
  async read(): Promise<StepRecord[]> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return [];
    this.#waiting = [];
    const stacked = tf.tidy(() => tf.stack(waiting.map(({ loss }) => loss)));
    tf.dispose(waiting.map(({ loss }) => loss));
    const losses = await stacked.data();
    stacked.dispose();
    const fresh = waiting.map(({ step, epoch }, i) => ({ step, epoch, loss: losses[i] as number }));
    this.steps.push(...fresh);
    return fresh;
  }

  /** Mean loss over the steps of an epoch, or null before any is read. */
  epochMean(epoch: number): number {
    const of = this.steps.filter((step) => step.epoch === epoch);
    return of.reduce((sum, { loss }) => sum + loss, 0) / of.length;
  }

  dispose(): void {
    tf.dispose(this.#waiting.map(({ loss }) => loss));
    this.#waiting = [];
  }
}
