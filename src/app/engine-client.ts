import type { DataProblem } from "../shared/dataset.ts";
import type {
  Arguments,
  CallName,
  ControlAction,
  EngineError,
  FromEngine,
  Result,
  RunEvent,
  ToEngine,
} from "../shared/protocol.ts";

/** Progress of one call. `total` 0: unknown. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface CallOptions {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** A call that the engine refused or could not finish. */
export class EngineCallError extends Error {
  override readonly name = "EngineCallError";
  readonly kind: EngineError["kind"];
  readonly problems: readonly DataProblem[];
  /** How many bad items opening again with `skipBad` would leave out; 0 where that does not help. */
  readonly skippable: number;

  constructor(error: EngineError, options?: ErrorOptions) {
    super(error.message, options ?? (error.cause === undefined ? undefined : { cause: error.cause }));
    this.kind = error.kind;
    this.problems = error.problems ?? [];
    this.skippable = error.canSkip ? (error.skippable ?? 0) : 0;
  }
}

/** The part of a Worker that the client uses. */
export type EngineWorker = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

/** How the engine is doing: `silent` means that it has not answered for some seconds. */
export type EngineHealth = "off" | "starting" | "ready" | "silent";

/** Milliseconds between pings, until silence is told, and until a silent engine is ended (longer while a run is on,
 * since a single step on a slow backend may take its time). */
export const HEARTBEAT = { everyMs: 2_000, silentMs: 6_000, endMs: 30_000, endInRunMs: 180_000 } as const;

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: Progress) => void) | undefined;
  release: () => void;
}

const startWorker = (): EngineWorker =>
  new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module", name: "refrain-engine" });

/**
 * The page's only line to the engine: typed calls with ids, controls that pass the queue, and events by run.
 * A worker that dies or stays silent is ended and replaced; everything pending is rejected with the cause.
 */
export class EngineClient {
  #worker: EngineWorker | null = null;
  #nextId = 1;
  #pending = new Map<number, Pending>();
  #runs = new Map<string, Set<(event: RunEvent) => void>>();
  #activeRuns = new Set<string>();
  #restartListeners = new Set<(cause: EngineCallError) => void>();
  #storeListeners = new Set<(change: "runs" | "sources") => void>();
  #healthListeners = new Set<(health: EngineHealth) => void>();
  #health: EngineHealth = "off";
  #lastBeat = 0;
  #unansweredSince: number | null = null;
  #heartbeat: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly createWorker: () => EngineWorker = startWorker) {}

  get health(): EngineHealth {
    return this.#health;
  }

  /** Starts the engine without asking anything of it, so that it is warm when needed. */
  start(): void {
    this.#ensureWorker();
  }

  /**
   * Asks the engine for something; calls are answered in order, one at a time.
   * @throws EngineCallError (through the promise) with the engine's own message; kind `cancelled` after an abort
   */
  call<N extends CallName>(name: N, args: Arguments<N>, { onProgress, signal }: CallOptions = {}): Promise<Result<N>> {
    const cancelled = () => new EngineCallError({ kind: "cancelled", message: "Cancelled." });
    if (signal?.aborted) return Promise.reject(cancelled());
    const id = this.#nextId++;
    return new Promise<Result<N>>((resolve, reject) => {
      const onAbort = () => {
        this.#post({ type: "cancel", id });
        this.#settle(id)?.reject(cancelled());
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const release = () => signal?.removeEventListener("abort", onAbort);
      this.#ensureWorker();
      this.#pending.set(id, { resolve: resolve as (result: never) => void, reject, onProgress, release });
      this.#post({ type: "call", id, call: name, arguments: args } as ToEngine);
    });
  }

  /** Acts on a run at once, past the queue of calls. */
  control(runId: string, action: ControlAction): void {
    this.#post({ type: "control", runId, action });
  }

  /** Listens to one run. Returns what ends the listening. */
  onRun(runId: string, listener: (event: RunEvent) => void): () => void {
    const listeners = this.#runs.get(runId) ?? new Set();
    this.#runs.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#runs.delete(runId);
    };
  }

  /** Told after a dead worker was replaced: whatever lived in it (data set, weights) is gone. */
  onRestart(listener: (cause: EngineCallError) => void): () => void {
    this.#restartListeners.add(listener);
    return () => this.#restartListeners.delete(listener);
  }

  /** Told when another tab changed what is kept. */
  onStore(listener: (change: "runs" | "sources") => void): () => void {
    this.#storeListeners.add(listener);
    return () => this.#storeListeners.delete(listener);
  }

  onHealth(listener: (health: EngineHealth) => void): () => void {
    this.#healthListeners.add(listener);
    return () => this.#healthListeners.delete(listener);
  }

  /** Ends the worker, rejects everything pending with the cause and starts a new one. */
  restart(message: string): void {
    const cause = new EngineCallError({ kind: "engine", message });
    this.stop(cause);
    this.#ensureWorker();
    for (const listener of this.#restartListeners) listener(cause);
  }

  /** Ends the worker for good and rejects everything pending. */
  stop(cause: EngineCallError = new EngineCallError({ kind: "cancelled", message: "The engine was ended." })): void {
    this.#worker?.terminate();
    this.#worker = null;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#activeRuns.clear();
    this.#setHealth("off");
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(cause);
  }

  #ensureWorker(): void {
    if (this.#worker) return;
    const worker = this.createWorker();
    this.#worker = worker;
    this.#lastBeat = Date.now();
    this.#unansweredSince = null;
    this.#setHealth("starting");
    worker.addEventListener("message", (event) => {
      if (worker === this.#worker) this.#receive((event as MessageEvent<FromEngine>).data);
    });
    const died = (event: Event) => {
      if (worker !== this.#worker) return;
      event.preventDefault?.();
      const said = (event as ErrorEvent).message;
      const neverStarted = this.#health === "starting";
      const what = neverStarted ? "The engine could not be started" : "The engine stopped working";
      const message = `${what}${said ? ` (${said})` : ""}.`;
      if (neverStarted) this.stop(new EngineCallError({ kind: "engine", message: `${message} Reload the page.` }));
      else this.restart(`${message} It has been started again.`);
    };
    worker.addEventListener("error", died);
    worker.addEventListener("messageerror", died);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT.everyMs);
  }

  /**
   * Silence counts from the first ping without an answer. Where the timer itself came late (hidden page, sleeping
   * machine) the count starts anew, since the answer may be waiting in this page's own queue.
   */
  #beat(): void {
    const now = Date.now();
    const timerWasLate = now - this.#lastBeat > 3 * HEARTBEAT.everyMs;
    this.#lastBeat = now;
    if (timerWasLate) this.#unansweredSince = null;
    const silentMs = this.#unansweredSince === null ? 0 : now - this.#unansweredSince;
    const patience = this.#activeRuns.size > 0 ? HEARTBEAT.endInRunMs : HEARTBEAT.endMs;
    if (silentMs > patience) {
      this.restart(
        `The engine has not answered for ${Math.round(silentMs / 1000)} seconds. It has been started again.`,
      );
      return;
    }
    if (silentMs > HEARTBEAT.silentMs) this.#setHealth("silent");
    if (this.#health !== "starting") this.#unansweredSince ??= now;
    this.#post({ type: "ping" });
  }

  #receive(message: FromEngine): void {
    this.#unansweredSince = null;
    this.#setHealth("ready");
    switch (message.type) {
      case "ready":
      case "pong":
        return;
      case "result":
        this.#settle(message.id)?.resolve(message.result as never);
        return;
      case "error":
        this.#settle(message.id)?.reject(new EngineCallError(message.error));
        return;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message);
        return;
      case "run":
        this.#noteRun(message.runId, message.event);
        for (const listener of this.#runs.get(message.runId) ?? []) listener(message.event);
        return;
      case "store":
        for (const listener of this.#storeListeners) listener(message.change);
        return;
    }
    message satisfies never;
  }

  #noteRun(runId: string, event: RunEvent): void {
    if (event.kind === "ended" || event.kind === "failed") this.#activeRuns.delete(runId);
    else this.#activeRuns.add(runId);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.release();
    return pending;
  }

  #post(message: ToEngine): void {
    this.#worker?.postMessage(message);
  }

  #setHealth(health: EngineHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    for (const listener of this.#healthListeners) listener(health);
  }
}

/** The engine of this page. */
export const engine = new EngineClient();

/** Any thrown value as an EngineCallError, so that callers can show its problems. */
export function asEngineError(error: unknown): EngineCallError {
  if (error instanceof EngineCallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EngineCallError({ kind: "engine", message }, { cause: error });
}
