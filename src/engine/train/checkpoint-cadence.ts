/** A run that lasts at all has its first checkpoint after this time, and then one this often. */
const FIRST_MS = 1000;
const EVERY_MS = 3000;
/** Checkpoints may take this share of the time, the rest is training. */
const SHARE = 0.05;

/** When a run is to make its next checkpoint. Times are those of the run, without pauses. */
export class CheckpointCadence {
  #waitMs = FIRST_MS;

  /** @param last when it began */
  constructor(private last: number) {}

  isDue(now: number): boolean {
    return now - this.last >= this.#waitMs;
  }

  /** Says that one has just been made, or tried, and what it cost: the next waits until that is 5% of the time. */
  made(costMs: number, now: number): void {
    this.last = now;
    this.#waitMs = Math.max(EVERY_MS, costMs / SHARE - costMs);
  }
}
