import { compileFused } from "../fused/fused-steps.ts";
import { compileAhead } from "../kernels/compile-ahead.ts";
import type { HostParams } from "../models/model.ts";
import type { Batch } from "./batches.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";
import { Trainer } from "./trainer.ts";

/**
 * Compiles ahead, side by side, what steps of a model need on the current backend; nothing where it compiles nothing.
 * @param initial parameters of the right shapes
 * @param withinMs leaves the rest once it is clear that all will take longer; fused steps have too few programs for that
 * @returns how many programs were compiled and how many were left
 */
export async function compileSteps(
  model: Model,
  initial: HostParams,
  batch: Batch,
  withinMs = Infinity,
): Promise<{ compiled: number; left: number }> {
  const fused = await compileFused(model, new ParameterLayout(initial));
  if (fused !== null) return { compiled: fused, left: 0 };
  return compileAhead(() => {
    const trainer = new Trainer(model, initial, 1, { path: "fast" });
    trainer.step(batch);
    trainer.dispose();
  }, withinMs);
}
