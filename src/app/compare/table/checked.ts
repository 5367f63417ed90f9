import type { RunEntry } from "../../../shared/kept/run-entry.ts";

/** How a box for several runs stands. */
export type Checked = "all" | "some" | "none";

export function checkedState(runs: readonly RunEntry[], selected: ReadonlySet<string>): Checked {
  const count = runs.filter(({ runId }) => selected.has(runId)).length;
  return count === 0 ? "none" : count === runs.length ? "all" : "some";
}
