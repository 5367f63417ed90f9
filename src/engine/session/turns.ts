import type { Handlers } from "./handlers.ts";

/** Calls of data, of models by name and of what is kept touch no backend, and may be long. */
const WITHOUT_BACKEND = /^(data|models|store)\./;

/**
 * One at a time, in the order of asking. Calls count on the current backend throughout, so whoever changes it waits
 * until no call is under way, and calls wait until it has changed.
 */
export class Turns {
  #tail: Promise<unknown> = Promise.resolve();

  take<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(task);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Handlers that take a turn each, but for those that touch no backend. */
  each(handlers: Handlers): Handlers {
    type Handler = (given: unknown, work: unknown) => Promise<unknown>;
    const inTurn = Object.entries(handlers as Record<string, unknown>).map(([name, handler]) => [
      name,
      WITHOUT_BACKEND.test(name)
        ? handler
        : (given: unknown, work: unknown) => this.take(() => (handler as Handler)(given, work)),
    ]);
    return Object.fromEntries(inTurn) as Handlers;
  }
}
