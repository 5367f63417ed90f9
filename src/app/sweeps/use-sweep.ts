import { useMemo } from "react";
import type { KeptSweep } from "../../shared/sweep/kept-sweep.ts";
import type { SweepPlan } from "../../shared/sweep/plan.ts";
import { type Group, groupsOf } from "../../shared/sweep/results.ts";
import { type Standing, standingOf } from "../../shared/sweep/standing.ts";
import { isActive } from "../stores/current-run.ts";
import { useRunStore } from "../stores/run-store.ts";
import { planFor } from "../stores/sweeps/sweep-store.ts";

/** All that is known of a sweep: what it says, what it trains, and how far it has come. */
export interface SweepReading {
  readonly sweep: KeptSweep;
  readonly plan: SweepPlan;
  readonly standing: Standing;
  readonly groups: readonly Group[];
}

/** A sweep with the figures of its runs; anew whenever one of them ends. */
export function useSweep(sweep: KeptSweep): SweepReading {
  const runs = useRunStore((state) => state.runs);
  return useMemo(() => {
    const plan = planFor(sweep.file);
    const standing = standingOf(sweep, plan, runs);
    return { sweep, plan, standing, groups: groupsOf(plan, standing.results) };
  }, [sweep, runs]);
}

/** Percent of its steps that the run of a sweep that is on has taken; null where none is on. */
export const useGoingPercent = (sweepId: string): number | null =>
  useRunStore(({ current }) => {
    if (!isActive(current) || current.sweep?.sweepId !== sweepId) return null;
    return current.totalSteps > 0 ? Math.round((100 * (current.lastStep?.step ?? 0)) / current.totalSteps) : 0;
  });
