import type { RunEntry } from "../../shared/kept/run-entry.ts";
import { plural } from "../ui/format.ts";
import type { RunField } from "./listing/fields.ts";
import { distinctSeeds, groupRuns } from "./listing/groups.ts";

/** What is compared with another: a run, or runs that belong together. */
export interface Side {
  readonly key: string;
  readonly name: string;
  readonly runs: readonly RunEntry[];
  readonly seeds: number;
}

export const runSide = (run: RunEntry): Side => ({ key: run.runId, name: run.name, runs: [run], seeds: 1 });

/**
 * The chosen runs as sides: those that are alike in what they are grouped by make one, a run that is alone is called by
 * its own name.
 */
export function sidesOf(chosen: readonly RunEntry[], by: readonly string[], fields: readonly RunField[]): Side[] {
  const groups = groupRuns(chosen, by, fields);
  // Where all are one group there is nothing to compare but the runs.
  if (groups.length === 1) return chosen.map(runSide);
  return groups.map(({ key, label, runs, seeds }) => {
    const [only] = runs;
    return runs.length === 1 && only ? runSide(only) : { key: `group ${key}`, name: label, runs, seeds };
  });
}

/** `3 seeds`, `one seed`; what stands behind a side's figures. Runs of one seed are no repetition. */
export const seedWords = ({ runs, seeds }: Pick<Side, "runs" | "seeds">): string =>
  seeds === 1 ? (runs.length === 1 ? "one seed" : `one seed, ${runs.length} runs`) : plural(seeds, "seed");

/** A side of some of the runs. */
export const sideOf = (key: string, name: string, runs: readonly RunEntry[]): Side => ({
  key,
  name,
  runs,
  seeds: distinctSeeds(runs),
});
