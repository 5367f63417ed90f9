import { deviceIdle } from "../tf.ts";

/** Keeps at most `limit` steps in flight on the device, so that a stop is not behind a long queue. */
export class InFlight {
  readonly #pending: Promise<void>[] = [];

  constructor(readonly limit = 2) {}

  /** Counts a step that was just sent; waits while there are too many. */
  async sent(): Promise<void> {
    this.#pending.push(deviceIdle());
    while (this.#pending.length > this.limit) await this.#pending.shift();
  }

  /** Waits for all. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}
