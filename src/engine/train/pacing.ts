import type { Trainer } from "./trainer.ts";

/** Steps of a fast way are so short that two would leave the device idle between messages. */
const LIMITS = { eager: 2, mixed: 2, captured: 4, fused: 8 } as const;

/** Keeps at most so many steps in flight on the device, so that a stop is not behind a long queue. */
export class InFlight {
  readonly #pending: Promise<void>[] = [];

  constructor(readonly trainer: Pick<Trainer, "idle" | "path">) {}

  /** Counts a step that was just sent; waits while there are too many. */
  async sent(): Promise<void> {
    const done = this.trainer.idle();
    // One failure is enough to end the run; the others wait for nobody.
    done.catch(() => {});
    this.#pending.push(done);
    while (this.#pending.length > LIMITS[this.trainer.path]) await this.#pending.shift();
  }

  /** Waits for all. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}
