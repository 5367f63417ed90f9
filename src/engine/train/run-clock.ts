/** Times of a run up to now, in milliseconds. */
export interface RunTimes {
  /** Spent on steps. */
  readonly trainMs: number;
  /** Spent on the whole run, without pauses and without the times in which nothing ran. */
  readonly totalMs: number;
  /** The very first step, which compiles and uploads. */
  readonly firstStepMs: number;
}

/** What a run's time goes on; it stands still while the run is paused. */
export class RunClock {
  #trainMs: number;
  #firstStepMs: number;
  readonly #began: number;
  #pausedMs = 0;
  #pausedSince: number | null = null;

  /**
   * @param before times of a run that is gone on with
   * @param began when this part of it began, by `performance.now()`
   */
  constructor(before: RunTimes = { trainMs: 0, totalMs: 0, firstStepMs: 0 }, began = performance.now()) {
    this.#trainMs = before.trainMs;
    this.#firstStepMs = before.firstStepMs;
    this.#began = began - before.totalMs;
  }

  get times(): RunTimes {
    return { trainMs: this.#trainMs, totalMs: this.now, firstStepMs: this.#firstStepMs };
  }

  /** Time of the whole run so far. */
  get now(): number {
    return (this.#pausedSince ?? performance.now()) - this.#began - this.#pausedMs;
  }

  pause(): void {
    this.#pausedSince = performance.now();
  }

  goOn(): void {
    if (this.#pausedSince !== null) this.#pausedMs += performance.now() - this.#pausedSince;
    this.#pausedSince = null;
  }

  /** Counts the time of some work to that of the steps. */
  async training<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.#trainMs += performance.now() - started;
    return result;
  }

  /** Says that the very first step took so long. */
  firstStep(ms: number): void {
    this.#firstStepMs = ms;
  }

  /** Milliseconds a step. The first compiles and uploads; it says nothing about the rest. */
  perStep(steps: number): number {
    return steps > 1 ? (this.#trainMs - this.#firstStepMs) / (steps - 1) : this.#firstStepMs;
  }
}
