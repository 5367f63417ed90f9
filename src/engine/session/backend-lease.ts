import { BACKEND_NAMES } from "../../shared/backend-words.ts";
import type { BackendFigure, BackendReport } from "../../shared/run-record.ts";
import type { BackendChoice, BackendName } from "../../shared/task.ts";
import { makeCurrent, startBackend } from "../tf.ts";
import { reportOf } from "./choose-backend.ts";

/** Backends that are measured, whichever the adapter suggests. */
const MEASURED: readonly BackendName[] = ["wasm", "webgpu", "webgl"];

/**
 * The backend of the session. Tensors belong to the backend they were made on, so a switch first lets go of
 * everything that lives on the device.
 */
export class BackendLease {
  #choice: BackendChoice | null = null;
  /** What was asked for, or what the adapter suggests. */
  #home: BackendReport | null = null;
  #report: BackendReport | null = null;
  readonly #measured = new Map<string, BackendFigure[]>();

  /** @param onSwitch called before another choice becomes current */
  constructor(readonly onSwitch: () => void) {}

  /** Makes the choice current and says what it came to. `auto` keeps to what was measured last. */
  async take(choice: BackendChoice): Promise<BackendReport> {
    if (this.#report && this.#choice === choice) return this.#report;
    this.onSwitch();
    this.#home = await startBackend(choice);
    this.#report = this.#home;
    this.#choice = choice;
    return this.#report;
  }

  /** What is current, or `auto` where nothing was asked for yet. */
  async current(): Promise<BackendReport> {
    return this.#report ?? this.take("auto");
  }

  /** Where frozen backbones live and encode; null before anything was asked for. */
  get home(): BackendName | null {
    return this.#home?.name ?? null;
  }

  /**
   * Makes current what is best for a step: under the choice `auto` the fastest by `measure`, else what was chosen. No
   * tensors of a backend but the home may be in use.
   * @param step tells steps apart that take different times; each is measured once
   * @throws what `measure` throws, with the former backend current again
   */
  async settle(
    step: string,
    measure: (candidates: readonly BackendName[]) => Promise<BackendFigure[]>,
  ): Promise<BackendReport> {
    const former = await this.current();
    const home = this.#home as BackendReport;
    if (this.#choice !== "auto") return former;
    const candidates = [home.name, ...MEASURED.filter((name) => name !== home.name)];
    try {
      const figures = this.#measured.get(step) ?? (await measure(candidates));
      const report = reportOf(home, figures);
      this.#measured.set(step, figures);
      this.#report = report;
      return report;
    } finally {
      await makeCurrent((this.#report ?? former).name);
    }
  }

  /**
   * Makes the backend current on which a run was begun, whatever was chosen since, and says so. No tensors of a backend
   * but the home may be in use.
   * @throws Error where this browser cannot start it, with the former backend current again
   */
  async keepTo(name: BackendName): Promise<BackendReport> {
    const former = await this.current();
    const home = this.#home as BackendReport;
    try {
      await makeCurrent(name);
    } catch (cause) {
      await makeCurrent(former.name);
      throw new Error(
        `The run was begun on ${BACKEND_NAMES[name]}, which cannot be started in this browser now. Resume it where that can be had, or start it anew.`,
        { cause },
      );
    }
    if (former.name !== name) this.#report = { ...home, name, reason: "where the run was begun", figures: [] };
    // Chosen by hand was another: whatever is asked for next, that too, is a switch.
    if (this.#choice !== "auto" && this.#choice !== name) this.#choice = null;
    return this.#report as BackendReport;
  }

  /** Forgets the backend after its device was lost, so that the next use makes a new one. */
  reset(): void {
    this.#report = null;
    this.#home = null;
    this.#choice = null;
    this.#measured.clear();
  }
}
