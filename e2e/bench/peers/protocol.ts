/** What the bench of the peers and its page say to each other: plain data, read by both sides. */

import type { StepPath } from "../../../src/shared/run-record.ts";

export const WORKLOADS = ["head", "cnn", "transformer", "seed-cnn", "transformer-256"] as const;
export type WorkloadId = (typeof WORKLOADS)[number];

export const ENGINES = [
  "refrain-webgpu",
  "refrain-webgpu-eager",
  "refrain-webgpu-captured",
  "refrain-webgpu-recorded",
  "refrain-auto",
  "tfjs-fit",
  "tfjs-webgpu",
  "tfjs-webgl",
  "tfjs-wasm",
  "tfjs-cpu",
  "jax-webgpu",
  "jax-wasm",
] as const;
export type EngineId = (typeof ENGINES)[number];

/** What is trained, for as long as the engine is not told otherwise. */
export interface Task {
  readonly workload: WorkloadId;
  readonly k: number;
  /** False trains the same model with a deviation of 0: then all engines must agree. */
  readonly noisy: boolean;
}

export type Call =
  /** Answers with a sentence on what the engine runs on. */
  | { readonly type: "start" }
  /** Loads data and first weights. */
  | ({ readonly type: "prepare" } & Task)
  /** Trains on; ends with the device idle. */
  | { readonly type: "run"; readonly steps: number }
  /** Seconds that one [size, size] by [size, size] product takes in the engine's own kernel. */
  | { readonly type: "multiply"; readonly size: number; readonly times: number };

/** What a step asks of WebGPU. */
export interface StepCounts {
  readonly dispatches: number;
  readonly submits: number;
  /** By writeBuffer, and the sizes of buffers that were made mapped. */
  readonly uploadBytes: number;
}

/** What WebGPU was asked for during a run. */
export interface GpuCounts extends StepCounts {
  readonly bufferCreations: number;
  readonly readbacks: number;
  /** The most that all buffers together ever held since the worker began, those of earlier tasks included. */
  readonly peakDeviceBytes: number;
}

export interface Run {
  readonly ms: number;
  /** Of it, in the synchronous parts of the calls that take the steps. */
  readonly jsMs: number;
  /** Of the steps, in order, where the engine keeps them; else that of the last step alone. */
  readonly losses: readonly number[];
  readonly counts: GpuCounts;
  /** Of the counts, those within the calls that take the steps; null where these are not the bench's own calls. */
  readonly inCalls: StepCounts | null;
  /** How the engine took the steps and why so, where there is a choice. */
  readonly way: { readonly path: StepPath; readonly reason: string } | null;
}

export interface Answers {
  readonly start: string;
  /** What the engine found out for this task, in words; null where nothing is to be said. */
  readonly prepare: string | null;
  readonly run: Run;
  readonly multiply: number;
}

export type Reply = { readonly value: unknown } | { readonly problem: string };
