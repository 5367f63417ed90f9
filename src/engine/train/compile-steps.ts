import { type CompileLimits, compilePrograms, timeOut } from "../captured/programs.ts";
import { programsOf } from "../captured/record.ts";
import { compileFused } from "../fused/fused-steps.ts";
import type { HostParams } from "../models/model.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import type { Model } from "./model.ts";
import { ParameterLayout } from "./parameters.ts";
import { Trainer } from "./trainer.ts";

/** Fused steps may take this many times as long as is wanted. */
const PATIENCE = 3;

/** What else is to be compiled, and when to leave it. */
export interface CompileOptions extends CompileLimits {
  /** A computation that is run dry beside the step of each batch: it must read nothing, and dispose of all its tensors. */
  readonly also?: (trainer: Trainer, batch: Batch) => void;
}

/**
 * Compiles ahead, side by side, what steps of a model need on the current backend; nothing where it compiles nothing.
 * Fused steps have too few programs to be left half-way, and are worth a longer wait.
 * @param initial parameters of the right shapes
 * @param batches one of each shape that there will be
 * @returns how many programs were compiled and how many were left
 * @throws Error where fused steps take far too long
 */
export async function compileSteps(
  model: Model,
  initial: HostParams,
  batches: readonly Batch[],
  { also, ...limits }: CompileOptions = {},
): Promise<{ compiled: number; left: number }> {
  if (tf.getBackend() !== "webgpu") return { compiled: 0, left: 0 };
  const { withinMs = Infinity } = limits;
  const fused = await Promise.race([compileFused(model, new ParameterLayout(initial)), timeOut(PATIENCE * withinMs)]);
  if (fused === undefined)
    throw new Error(`Its programs took more than ${((PATIENCE * withinMs) / 1000).toFixed(1)} s to compile.`);
  if (fused !== null && !also) return { compiled: fused, left: 0 };
  const trainer = new Trainer(model, initial, 1, { path: "fast" });
  const ofSteps = batches.map((batch) => trainer.programs(batch));
  const others = programsOf(() => {
    for (const [i, batch] of batches.entries()) {
      also?.(trainer, batch);
      if (ofSteps[i] === null) trainer.step(batch);
    }
    trainer.dispose();
  });
  const dry = await compilePrograms([...ofSteps.flatMap((programs) => programs ?? []), ...others], limits);
  return { ...dry, compiled: dry.compiled + (fused ?? 0) };
}
