import type { StepRecord } from "../../shared/run-record.ts";
import type { Trainer } from "./trainer.ts";

/** Losses on the device that may wait for one reading. */
const MOST_WAITING = 1024;

/** The losses of a run: they stay on the device and are read together, many steps at once. */
export class LossLog {
  #waiting: { step: number; epoch: number }[] = [];
  readonly steps: StepRecord[] = [];
  readonly #epochs = new Map<number, { sum: number; count: number }>();

  /** @param steps those that were taken and read before */
  constructor(
    readonly trainer: Trainer,
    steps: readonly StepRecord[] = [],
  ) {
    this.#add(steps);
  }

  /** True where the next reading must not wait. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Notes the step that the trainer has just sent. */
  sent(epoch: number): void {
    this.#waiting.push({ step: this.trainer.stepsTaken, epoch });
  }

  /** Reads all that waits; returns what is new. */
  async read(): Promise<StepRecord[]> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return [];
    this.#waiting = [];
    const losses = await this.trainer.losses();
    const fresh = waiting.map(({ step, epoch }, i) => ({ step, epoch, loss: losses[i] as number }));
    this.#add(fresh);
    return fresh;
  }

  #add(steps: readonly StepRecord[]): void {
    for (const step of steps) {
      this.steps.push(step);
      const { sum, count } = this.#epochs.get(step.epoch) ?? { sum: 0, count: 0 };
      this.#epochs.set(step.epoch, { sum: sum + step.loss, count: count + 1 });
    }
  }

  /** Mean loss over the steps of an epoch that were read; NaN where there are none. */
  epochMean(epoch: number): number {
    const { sum, count } = this.#epochs.get(epoch) ?? { sum: 0, count: 0 };
    return sum / count;
  }
}
