import type { Run, StepCounts } from "../protocol.ts";
import { countsBetween, gpuCounts } from "./gpu-counts.ts";
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
  /** How steps are taken and why so, as far as it is known by now. */
  readonly way?: () => Run["way"];
  /** Takes steps and resolves when the device is idle. */
  run(steps: number): Promise<Pick<Run, "losses" | "jsMs" | "inCalls">>;
  dispose(): void;
}

/**
 * The session of an engine whose steps are calls: `jsMs` is the time until they return, and what they ask of WebGPU is
 * counted apart, since what an engine put off until later would be missing in that time.
 * @param losses of the steps since the last reading, or of the last step alone; resolves when the device is idle
 */
export function stepping(step: () => void, losses: () => Promise<readonly number[]>, dispose: () => void): Session {
  return {
    run: async (steps) => {
      let jsMs = 0;
      let inCalls: StepCounts = { dispatches: 0, submits: 0, uploadBytes: 0 };
      for (let i = 0; i < steps; i++) {
        const before = gpuCounts();
        const started = performance.now();
        step();
        jsMs += performance.now() - started;
        inCalls = sum(inCalls, countsBetween(before, gpuCounts()));
      }
      return { losses: await losses(), jsMs, inCalls };
    },
    dispose,
  };
}

const sum = (a: StepCounts, b: StepCounts): StepCounts => ({
  dispatches: a.dispatches + b.dispatches,
  submits: a.submits + b.submits,
  uploadBytes: a.uploadBytes + b.uploadBytes,
});
