import type { TaskData } from "./task-data.ts";

/** A trainer of the bench's models: one is loaded in each worker. */
export interface Engine {
  /** What it runs on. */
  readonly about: string;
  /** @param earlier what was prepared before is released first */
  prepare(task: TaskData): Promise<Session>;
  /** Starts one product of square matrices and resolves when `times` of them are done. */
  multiply?(size: number, times: number): Promise<void>;
}

/** One model in training. */
export interface Session {
  /** What the engine found out for this task, in words. */
  readonly about?: string;
  /** Takes steps and resolves when the device is idle. */
  run(steps: number): Promise<{ loss: number; jsMs: number }>;
  dispose(): void;
}

/** The session of an engine whose steps are calls: `jsMs` is the time until they return. */
export function stepping(step: () => void, lastLoss: () => Promise<number>, dispose: () => void): Session {
  return {
    run: async (steps) => {
      let jsMs = 0;
      for (let i = 0; i < steps; i++) {
        const started = performance.now();
        step();
        jsMs += performance.now() - started;
      }
      return { loss: await lastLoss(), jsMs };
    },
    dispose,
  };
}
