import { compileFused } from "../fused/fused-steps.ts";
import { compileAhead, timeOut } from "../kernels/compile-ahead.ts";
import type { HostParams } from "../models/model.ts";
import type { Batch } from "./batches.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";
import { Trainer } from "./trainer.ts";

/** Fused steps may take this many times as long as is wanted. */
const PATIENCE = 3;

/** What else is to be compiled, and when to leave it; see {@link compileAhead}. */
export interface CompileOptions {
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
  /** A computation that is run dry beside the step. */
  readonly also?: (trainer: Trainer, batch: Batch) => void;
}

/**
 * Compiles ahead, side by side, what steps of a model need on the current backend; nothing where it compiles nothing.
 * Fused steps have too few programs to be left half-way, and are worth a longer wait.
 * @param initial parameters of the right shapes
 * @returns how many programs were compiled and how many were left
 * @throws Error where fused steps take far too long
 */
export async function compileSteps(
  model: Model,
  initial: HostParams,
  batch: Batch,
  { also, ...options }: CompileOptions = {},
): Promise<{ compiled: number; left: number }> {
  const { withinMs = Infinity } = options;
  const fused = await Promise.race([compileFused(model, new ParameterLayout(initial)), timeOut(PATIENCE * withinMs)]);
  if (fused === undefined)
    throw new Error(`Its programs took more than ${((PATIENCE * withinMs) / 1000).toFixed(1)} s to compile.`);
  // Fused steps dispatch for themselves: nothing of theirs is left to be run dry.
  if (fused !== null && !also) return { compiled: fused, left: 0 };
  const dry = await compileAhead(() => {
    const trainer = new Trainer(model, initial, 1, { path: "fast" });
    also?.(trainer, batch);
    if (trainer.path !== "fused") trainer.step(batch);
    trainer.dispose();
  }, options);
  return { ...dry, compiled: dry.compiled + (fused ?? 0) };
}
