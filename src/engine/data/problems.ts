import type { DataProblem } from "../../shared/dataset.ts";
import { CancelledError, DataError } from "../errors.ts";
import type { Work } from "./dataset.ts";

/** Where something is wrong, what, and what to do about it. */
export type Fault = Omit<DataProblem, "severity">;

/** Problems told one by one; the rest is counted. */
const LISTED = 20;

/** @throws CancelledError once the work was called off */
export function throwIfCancelled(work: Work): void {
  if (work.signal.aborted) throw new CancelledError("Cancelled.");
}

/** @throws DataError with this one error, which skipping items does not cure */
export function refuse(fault: Fault): never {
  throw new DataError([{ severity: "error", ...fault }]);
}

/** Collects all that is wrong while reading goes on, so that it can be told at once. */
export class ProblemList {
  readonly #errors: DataProblem[] = [];
  readonly #warnings: DataProblem[] = [];
  readonly #bad: Fault[] = [];
  #numBad = 0;

  /** @param skipBad bad items become warnings and are left out */
  constructor(readonly skipBad: boolean) {}

  /** Something that leaving out items does not cure. */
  error(fault: Fault): void {
    this.#errors.push({ severity: "error", ...fault });
  }

  warn(fault: Fault): void {
    this.#warnings.push({ severity: "warning", ...fault });
  }

  /** One item that cannot be used. */
  bad(fault: Fault): void {
    this.#numBad += 1;
    if (this.#bad.length < LISTED) this.#bad.push(fault);
  }

  get numBad(): number {
    return this.#numBad;
  }

  /** @throws DataError with everything found, if anything of it is an error */
  throwIfErrors(): void {
    const bad = this.skipBad ? [] : this.#listBad("error");
    if (this.#errors.length + bad.length === 0) return;
    const skippable = this.#errors.length === 0 ? this.#numBad : 0;
    throw new DataError([...shorten(this.#errors), ...bad], skippable);
  }

  /** Warnings, the items that were left out among them. */
  warnings(): DataProblem[] {
    return [...(this.skipBad ? this.#listBad("warning") : []), ...shorten(this.#warnings)];
  }

  #listBad(severity: DataProblem["severity"]): DataProblem[] {
    const listed = this.#bad.map((fault): DataProblem => {
      const left = severity === "warning" ? { action: "It was left out." } : {};
      return { severity, ...fault, ...left };
    });
    return withRest(listed, this.#numBad - listed.length);
  }
}

const shorten = (problems: readonly DataProblem[]): DataProblem[] =>
  withRest(problems.slice(0, LISTED), problems.length - LISTED);

function withRest(listed: readonly DataProblem[], rest: number): DataProblem[] {
  const last = listed.at(-1);
  if (!last || rest <= 0) return [...listed];
  const action = last.severity === "warning" ? "They are treated alike." : "They need the same.";
  return [...listed, { severity: last.severity, file: last.file, message: `${rest} more like these.`, action }];
}
