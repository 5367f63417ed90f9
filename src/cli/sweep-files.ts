import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finishedIn, runsCsv, sweepJson } from "../shared/sweep/output.ts";
import type { SweepPlan } from "../shared/sweep/plan.ts";
import type { PointResult, Results } from "../shared/sweep/results.ts";
import { SweepError, type SweepFile } from "../shared/sweep/sweep-file.ts";
import { BadInputError } from "./train-once.ts";

/** The files that a sweep leaves in its folder. */
export class SweepFiles {
  readonly #json: string;
  readonly #csv: string;

  constructor(
    folder: string,
    readonly file: SweepFile,
    readonly plan: SweepPlan,
  ) {
    this.#json = join(folder, "sweep.json");
    this.#csv = join(folder, "runs.csv");
  }

  /**
   * Points that an earlier start has finished.
   * @throws BadInputError where the folder holds another sweep, or a damaged one: it is left as it is
   */
  finished(): Map<number, PointResult> {
    if (!existsSync(this.#json)) return new Map();
    try {
      return finishedIn(readFileSync(this.#json, "utf8"), this.file, this.plan);
    } catch (error) {
      if (error instanceof SweepError) throw new BadInputError(`${this.#json}: ${error.message}`);
      throw error;
    }
  }

  write(results: Results): void {
    writeWhole(this.#json, `${JSON.stringify(sweepJson(this.file, this.plan, results), null, 2)}\n`);
    writeWhole(this.#csv, runsCsv(this.plan, results));
  }
}

/** A file is there whole or as it was before: whoever ends the program in between loses nothing. */
function writeWhole(path: string, text: string): void {
  const part = `${path}.part`;
  writeFileSync(part, text);
  renameSync(part, path);
}
