import { asEngineError, type Progress } from "../engine-client.ts";

/** What a store with tasks shows of them. */
export interface TaskState<T extends string> {
  busy: { readonly task: T; readonly progress: Progress | null } | null;
  /** Why the last task failed, in the engine's words. */
  error: string | null;
}

interface TaskOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Does one thing at a time, shows how it goes, and says where it fails; what was called off is no failure. */
export function oneTask<T extends string>(
  get: () => TaskState<T>,
  set: (change: Partial<TaskState<T>>) => void,
): {
  /** Null where another task is on, or this one failed or was called off. */
  during: <R>(task: T, work: (options: TaskOptions) => Promise<R>) => Promise<R | null>;
  cancel: () => void;
} {
  let abort: AbortController | null = null;
  return {
    during: async (task, work) => {
      if (get().busy) return null;
      abort = new AbortController();
      const { signal } = abort;
      set({ busy: { task, progress: null }, error: null });
      try {
        return await work({ signal, onProgress: (progress) => !signal.aborted && set({ busy: { task, progress } }) });
      } catch (error) {
        const { kind, message } = asEngineError(error);
        if (kind !== "cancelled") set({ error: message });
        return null;
      } finally {
        set({ busy: null });
      }
    },
    cancel: () => abort?.abort(),
  };
}
