import { readsOf } from "./demand.ts";
import type { FusedKernel, Material, Plan } from "./fused-kernel.ts";
import { costOf } from "./kernel-cost.ts";
import type { DefinitionId } from "./value-flow.ts";

/** A kernel as it runs, or a dispatch that stays as it is. */
export interface Running {
  /** What it computes; the dispatch's number where it stays as it is. */
  readonly what: { readonly kernel: FusedKernel; readonly plan: Plan } | number;
  readonly reads: readonly DefinitionId[];
  readonly writes: readonly DefinitionId[];
  /** Number of the last of the dispatches whose results it stores. */
  readonly last: number;
  /** Estimated nanoseconds; 0 for a dispatch that stays, in any arrangement. */
  readonly cost: number;
}

export const runningDispatch = (material: Material, dispatch: number): Running => ({
  what: dispatch,
  reads: readsOf(material, dispatch),
  writes: material.flow.writes[dispatch] ?? [],
  last: dispatch,
  cost: 0,
});

/**
 * @param stored the members whose results are read, in order
 * @returns null where it cannot compute them
 */
export function runningKernel({ flow }: Material, kernel: FusedKernel, stored: readonly number[]): Running | null {
  const plan = kernel.plan(stored);
  return (
    plan && {
      what: { kernel, plan },
      reads: [...new Set(plan.loads.map(({ definition }) => definition))],
      writes: stored.map((member) => flow.writes[member]?.[0] as DefinitionId),
      last: stored.at(-1) as number,
      cost: costOf(plan),
    }
  );
}
