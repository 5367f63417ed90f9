import type { StepPath } from "../../shared/run-record.ts";
import type { TrainerOptions } from "../train/trainer.ts";

/** A way to take steps: how a trainer is asked for it, and what it then calls it. */
export interface Way {
  readonly way: string;
  readonly backend: "cpu" | "webgpu";
  readonly options: TrainerOptions;
  readonly taken: StepPath;
}

/** Every way on WebGPU, for models that can be taken by all of them. */
export const WEBGPU_WAYS: readonly Way[] = [
  { way: "eager", backend: "webgpu", options: { path: "eager" }, taken: "eager" },
  { way: "mixed", backend: "webgpu", options: { path: "mixed" }, taken: "mixed" },
  { way: "captured", backend: "webgpu", options: { path: "captured" }, taken: "captured" },
  { way: "recorded", backend: "webgpu", options: { path: "recorded" }, taken: "captured" },
  { way: "fused", backend: "webgpu", options: { path: "fast" }, taken: "fused" },
];

export const ALL_WAYS: readonly Way[] = [
  { way: "eager on cpu", backend: "cpu", options: { path: "eager" }, taken: "eager" },
  ...WEBGPU_WAYS,
];
