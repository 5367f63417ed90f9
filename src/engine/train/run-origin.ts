import type { Experiment } from "../../shared/experiment.ts";
import type { BackendReport } from "../../shared/run-record.ts";

/** What a run is a run of, and how it was computed: all beside its state that decides what comes next. */
export interface RunOrigin {
  readonly experiment: Experiment;
  /** SHA-256 of the data set. */
  readonly dataset: string;
  /** Commit of the pretrained model by name; null where there is none. */
  readonly commit: string | null;
  /** Where it was trained, and by which way of taking steps. */
  readonly backend: BackendReport;
}

/**
 * Holds a checkpoint to the run that is to go on from it.
 * @throws Error naming what is not the same
 */
export function refuseOtherRun(origin: RunOrigin, run: Omit<RunOrigin, "backend">): void {
  const fields = Object.keys({ ...origin.experiment, ...run.experiment }) as (keyof Experiment)[];
  const others = fields.filter((key) => !isSame(origin.experiment[key], run.experiment[key]));
  if (others.length > 0)
    throw new Error(
      `The checkpoint is of another run: its experiment has another ${others.map((key) => `"${key}"`).join(", ")}. Resume with the experiment that the run was started with.`,
    );
  if (origin.dataset !== run.dataset)
    throw new Error(
      "The checkpoint is of another run: its data set has other content than the one that is open. Open the data that the run was started with.",
    );
  if (origin.commit !== run.commit)
    throw new Error(
      `The checkpoint was made with the commit ${origin.commit} of the pretrained model, but the one here is ${run.commit}. Get that commit, or start the run anew.`,
    );
}

/** Whether two values that can be written as JSON say the same, in whichever order. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [of, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(of), ...Object.keys(other)])].every((key) => isSame(of[key], other[key]));
}
