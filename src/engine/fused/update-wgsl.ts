import type { Optimizer } from "../../shared/plugins/optimizers/index.ts";
import type { Schedule } from "../../shared/plugins/schedules/index.ts";
import { buildOptimizer } from "../optimizers/index.ts";
import { scheduleFactor } from "../schedules/index.ts";

/**
 * WGSL of an optimizer's step, one element at a time:
 *   fn update(i : u32, gradient : f32)
 * moves theta_i and its state. The kernel around it defines theta(i) -> f32, setTheta(i, value), slot0(i) -> f32,
 * setSlot0(i, value) and so on for each of the optimizer's slots, and hyper(j : u32) -> f32, which reads the
 * {@link stepHyper} of the step.
 *
 * 16 (SGD) to 24 bytes (Adam) move per element beside the gradient, for some ten operations: the memory's speed decides,
 * so that one pass over everything is all there is to win, and in the epilogue of what makes the gradient less still.
 */
export const updateCode = (optimizer: Optimizer): string =>
  `fn update(i : u32, gradient : f32) { ${buildOptimizer(optimizer).wgsl.code(optimizer)} }`;

/**
 * The numbers that `update` reads in a step: the rate after the schedule, corrections, decay. As many in every step.
 * @param step counts from 1
 */
export function stepHyper(optimizer: Optimizer, schedule: Schedule, step: number, totalSteps: number): number[] {
  const learningRate = optimizer.learningRate * scheduleFactor(schedule, step, totalSteps);
  return buildOptimizer(optimizer).wgsl.hyper({ parameters: optimizer, learningRate, step });
}
