import type { CallName, FromEngine, ToEngine } from "../shared/protocol.ts";
import type { Work } from "./data/dataset.ts";
import { CancelledError, toEngineError } from "./errors.ts";
import type { Handlers } from "./session/handlers.ts";
import { causeOf } from "./train/device-guard.ts";

type Call = Extract<ToEngine, { type: "call" }>;

/** At most this often a call tells its progress. */
const PROGRESS_MS = 100;

/**
 * Answers calls one after another, in their order, but for those about models by name and about what is kept,
 * which are answered beside them. A cancel takes effect at once, on a call that waits as well as on the one that runs.
 */
export class Router {
  readonly #pending = new Map<number, AbortController>();
  #tail: Promise<void> = Promise.resolve();

  constructor(
    readonly handlers: Handlers,
    readonly send: (message: FromEngine, transfer?: Transferable[]) => void,
  ) {}

  call(message: Call): void {
    const abort = new AbortController();
    this.#pending.set(message.id, abort);
    // Neither a download nor what is kept may be held up by what computes, nor hold it up.
    if (/^(models|store)\./.test(message.call)) void this.#answer(message, abort.signal);
    else this.#tail = this.#tail.then(() => this.#answer(message, abort.signal));
  }

  cancel(id: number): void {
    this.#pending.get(id)?.abort();
  }

  async #answer({ id, call, arguments: given }: Call, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) throw new CancelledError("Cancelled before it began.");
      const handler = this.handlers[call] as (given: unknown, work: Work) => Promise<unknown>;
      const result = await handler(given, { signal, progress: this.#progress(id) });
      this.send({ type: "result", id, call, result } as FromEngine, transferables(call, result));
    } catch (error) {
      this.send({ type: "error", id, error: toEngineError(signal.aborted ? error : await causeOf(error)) });
    } finally {
      this.#pending.delete(id);
    }
  }

  #progress(id: number): Work["progress"] {
    let last = -Infinity;
    return (what, done, total) => {
      const now = performance.now();
      if (now - last < PROGRESS_MS && done !== total) return;
      last = now;
      this.send({ type: "progress", id, what, done, total });
    };
  }
}

/** Large results are moved, not copied. */
function transferables(call: CallName, result: unknown): Transferable[] {
  return call === "model.save" ? [(result as { bytes: Uint8Array<ArrayBuffer> }).bytes.buffer] : [];
}
