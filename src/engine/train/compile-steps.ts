import { compileFused } from "../fused/fused-steps.ts";
import { compileAhead } from "../kernels/compile-ahead.ts";
import type { HostParams } from "../models/model.ts";
import type { Batch } from "./batches.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";
import { Trainer } from "./trainer.ts";

/** What else is to be compiled, and when to leave it; see {@link compileAhead}. */
export interface CompileOptions {
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
  /** A computation that is run dry beside the step. */
  readonly also?: (trainer: Trainer, batch: Batch) => void;
}

/**
 * Compiles ahead, side by side, what steps of a model need on the current backend; nothing where it compiles nothing.
 * Fused steps have too few programs to be left half-way.
 * @param initial parameters of the right shapes
 * @returns how many programs were compiled and how many were left
 */
export async function compileSteps(
  model: Model,
  initial: HostParams,
  batch: Batch,
  { also, ...options }: CompileOptions = {},
): Promise<{ compiled: number; left: number }> {
  const fused = await compileFused(model, new ParameterLayout(initial));
  const dry = await compileAhead(() => {
    const trainer = new Trainer(model, initial, 1, { path: "fast" });
    also?.(trainer, batch);
    // Fused steps dispatch for themselves, dry run or not.
    if (trainer.path !== "fused") trainer.step(batch);
    trainer.dispose();
  }, options);
  return { ...dry, compiled: dry.compiled + (fused ?? 0) };
}
