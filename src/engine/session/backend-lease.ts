import type { BackendReport } from "../../shared/run-record.ts";
import type { BackendChoice } from "../../shared/task.ts";
import { startBackend } from "../tf.ts";

/**
 * The backend of the session. Tensors belong to the backend they were made on, so a switch first lets go of
 * everything that lives on the device.
 */
export class BackendLease {
  #choice: BackendChoice | null = null;
  #report: BackendReport | null = null;

  /** @param onSwitch called before another backend becomes current */
  constructor(readonly onSwitch: () => void) {}

  /** Makes the choice current and says what it came to. */
  async take(choice: BackendChoice): Promise<BackendReport> {
    if (this.#report && this.#choice === choice) return this.#report;
    this.onSwitch();
    this.#report = await startBackend(choice);
    this.#choice = choice;
    return this.#report;
  }

  /** What is current, or `auto` where nothing was asked for yet. */
  async current(): Promise<BackendReport> {
    return this.#report ?? this.take("auto");
  }

  /** Forgets the backend after its device was lost, so that the next use makes a new one. */
  reset(): void {
    this.#report = null;
    this.#choice = null;
  }
}
