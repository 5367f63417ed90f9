import type { DenseStack } from "../dense-stack.ts";
import type { Geometry } from "../geometry.ts";
import { backward } from "./backward.ts";
import { type Dispatch, kernelSetup } from "./bindings.ts";
import { forward } from "./forward.ts";
import { loss } from "./loss.ts";
import { updates } from "./update.ts";

export type { Dispatch } from "./bindings.ts";

/** What a stack is trained towards and moved by, as WGSL (pooled-loss-wgsl.ts, update-wgsl.ts). */
export interface StackObjective {
  readonly pooledLoss: string;
  readonly update: string;
  /** State vectors of the optimizer. */
  readonly numSlots: number;
  readonly clipNorm: number | null;
}

/**
 * The dispatches of one training step, in order: a forward pass a layer, pooled loss with its gradient, a backward pass
 * a layer but the first, and the gradients of all weights with their update: 2 layers + 1, and two more where the
 * gradient is clipped.
 */
export function stackDispatches(
  stack: DenseStack,
  { pooledLoss, update, numSlots, clipNorm }: StackObjective,
  geometry: Geometry,
): Dispatch[] {
  const setup = kernelSetup(stack, geometry, numSlots);
  const { layers } = stack;
  return [
    ...layers.map((layer, index) => forward(setup, layer, index)),
    loss(setup, pooledLoss),
    ...layers
      .map((layer, index) => (index === 0 ? [] : [backward(setup, layer, index)]))
      .reverse()
      .flat(),
    ...updates(setup, update, clipNorm),
  ];
}
