/** Who may do what at a time, over all tabs of the browser (Web Locks API, W3C), or within one program. */
export interface StoreLocks {
  /** Does the work while nobody else has the name. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Has the name until it is released; null where somebody else has it still after so many milliseconds. */
  hold(name: string, mode: LockMode, waitMs: number): Promise<Release | null>;
  /** Names that somebody has. */
  held(): Promise<Set<string>>;
}

export type Release = () => void;

export function storeLocks(manager: LockManager | null = globalThis.navigator?.locks ?? null): StoreLocks {
  return manager ? browserLocks(manager) : programLocks();
}

function browserLocks(manager: LockManager): StoreLocks {
  return {
    exclusively: (name, work) => manager.request(name, work) as Promise<never>,
    hold: (name, mode, waitMs) =>
      new Promise((resolve, reject) => {
        const options = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
        manager
          .request(name, { mode, ...options }, (lock) =>
            lock ? new Promise<void>((release) => resolve(release)) : resolve(null),
          )
          .catch((error) => (isTimeout(error) ? resolve(null) : reject(error)));
      }),
    held: async () => new Set((await manager.query()).held?.flatMap(({ name }) => name ?? [])),
  };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === "TimeoutError";

/** The same within one program, for where a browser or a test has no locks. */
export function programLocks(): StoreLocks {
  const holders = new Map<string, { mode: LockMode; count: number }>();
  const waiting = new Set<() => void>();
  const take = (name: string, mode: LockMode): Release | null => {
    const holder = holders.get(name);
    if (holder && (mode === "exclusive" || holder.mode === "exclusive")) return null;
    holders.set(name, { mode, count: (holder?.count ?? 0) + 1 });
    return () => {
      const { count } = holders.get(name) as { count: number };
      if (count === 1) holders.delete(name);
      else holders.set(name, { mode, count: count - 1 });
      for (const wake of [...waiting]) wake();
    };
  };
  const hold = async (name: string, mode: LockMode, waitMs: number): Promise<Release | null> => {
    const until = performance.now() + waitMs;
    for (let release = take(name, mode); ; release = take(name, mode)) {
      if (release || performance.now() >= until) return release;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        if (waitMs < Infinity) setTimeout(wake, until - performance.now());
      });
    }
  };
  return {
    async exclusively(name, work) {
      const release = (await hold(name, "exclusive", Infinity)) as Release;
      try {
        return await work();
      } finally {
        release();
      }
    },
    hold,
    held: async () => new Set(holders.keys()),
  };
}
