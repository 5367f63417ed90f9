import type { RunEntry } from "../kept/run-entry.ts";
import type { KeptSweep } from "./kept-sweep.ts";
import type { Point, SweepPlan } from "./plan.ts";
import { failedResult, type PointResult, resultOf } from "./results.ts";

/** How far a sweep has come, as its runs tell it. */
export interface Standing {
  readonly results: ReadonlyMap<number, PointResult>;
  /** The run of each point that has one: the one its result is of, else the latest. */
  readonly runs: ReadonlyMap<number, RunEntry>;
  /** The point that is trained now, here or in another tab. */
  readonly going: Point | null;
  /** A run that was cut off and has a checkpoint to go on from. */
  readonly interrupted: RunEntry | null;
  /** Points that are still to be trained, in order; without those going, and those that were taken out. */
  readonly toCome: readonly Point[];
}

/** @param runs all that are known, in whatever order */
export function standingOf(
  { id, cancelled }: Pick<KeptSweep, "id" | "cancelled">,
  { points }: SweepPlan,
  runs: readonly RunEntry[],
): Standing {
  const own = new Map<number, RunEntry>();
  const oldestFirst = runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  for (const run of oldestFirst) {
    if (run.sweep?.sweepId !== id || own.get(run.sweep.point)?.status === "finished") continue;
    own.set(run.sweep.point, run);
  }
  const results = new Map(
    [...own].flatMap(([point, run]) => resultOfEntry(run).map((result) => [point, result] as const)),
  );
  const isGoing = ({ index }: Point): boolean => ["going", "elsewhere"].includes(own.get(index)?.status ?? "");
  const takenOut = new Set(cancelled);
  const left = points.filter((point) => !results.has(point.index) && !takenOut.has(point.index));
  const going = left.find(isGoing) ?? null;
  const toCome = left.filter((point) => !isGoing(point));
  const cutOff = toCome.find(({ index }) => own.get(index)?.status === "interrupted" && own.get(index)?.checkpoint);
  return { results, runs: own, going, interrupted: (cutOff && own.get(cutOff.index)) ?? null, toCome };
}

/** What a run came to; nothing while it has not ended. Where it has figures it has, whatever is not written yet. */
function resultOfEntry({ status, figures, reason }: RunEntry): PointResult[] {
  if (figures && (status === "going" || status === "elsewhere")) return [resultOf("finished", figures)];
  switch (status) {
    case "finished":
    case "stopped":
      return [figures ? resultOf(status, figures) : { ...failedResult(""), status, error: null }];
    case "failed":
      return [failedResult(reason ?? "The run failed.")];
    case "going":
    case "elsewhere":
    case "interrupted":
      return [];
    default:
      return status satisfies never;
  }
}
