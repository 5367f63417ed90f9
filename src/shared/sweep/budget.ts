import { formatCount, plural } from "../format.ts";
import { type Point, plannedPasses } from "./plan.ts";
import type { Results } from "./results.ts";
import type { Budget } from "./sweep-file.ts";

const MINUTE_MS = 60_000;

/**
 * Why the budget forbids a next point, or null where it does not. Runs that failed or were stopped have cost what they
 * took. Time is only known afterwards, so that the last run may go beyond it; passes are known ahead, and a run that
 * would go beyond is not begun.
 * @param trainItems items of the training set, for the passes to come
 */
export function overBudget(next: Point, done: Results, budget: Budget, trainItems: number): string | null {
  const results = [...done.values()];
  if (budget.runs !== undefined && results.length >= budget.runs)
    return `The budget of ${plural(budget.runs, "run")} is used up.`;
  const spentMs = results.reduce((sum, { timing }) => sum + timing.totalMs, 0);
  if (budget.minutes !== undefined && spentMs >= budget.minutes * MINUTE_MS)
    return `The budget of ${plural(budget.minutes, "minute")} is used up.`;
  const passes = results.reduce((sum, result) => sum + result.passes, 0);
  if (budget.passes !== undefined && passes + plannedPasses(next.experiment, trainItems) > budget.passes)
    return `The next run would go beyond the budget of ${formatCount(budget.passes)} forward passes.`;
  return null;
}
