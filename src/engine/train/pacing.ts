import { deviceIdle } from "../tf.ts";

/**
 * Lets messages in: resolves in a new task. A microtask would not do, since a worker handles no message between
 * microtasks, and timers are slowed down in hidden tabs.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

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
