import type { ControlAction } from "../../shared/protocol.ts";

/** What the user wants of a run: controls set it, the loop asks it between steps. */
export class RunControl {
  #stopping = false;
  #paused = false;
  #allowed = 0;
  #wantsCheckpoint = false;
  #wake: (() => void) | null = null;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** True while the next step has to wait. */
  get paused(): boolean {
    return this.#paused && this.#allowed === 0 && !this.#stopping;
  }

  /** True from when a checkpoint was asked for until it is made. */
  get wantsCheckpoint(): boolean {
    return this.#wantsCheckpoint;
  }

  act(action: ControlAction): void {
    switch (action) {
      case "stop":
        this.#stopping = true;
        break;
      case "pause":
        this.#paused = true;
        this.#allowed = 0;
        break;
      case "step":
        this.#paused = true;
        this.#allowed += 1;
        break;
      case "resume":
        this.#paused = false;
        break;
      case "checkpoint":
        this.#wantsCheckpoint = true;
        break;
      default:
        action satisfies never;
    }
    this.#wake?.();
    this.#wake = null;
  }

  /** Resolves at the next control. */
  nextAction(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Says that a step was taken: a single step uses up its permission. */
  stepped(): void {
    if (this.#allowed > 0) this.#allowed -= 1;
  }

  /** Says that a checkpoint is being made. */
  checkpointing(): void {
    this.#wantsCheckpoint = false;
  }

  /** True where the step just taken was asked for alone. */
  get single(): boolean {
    return this.#paused;
  }
}
