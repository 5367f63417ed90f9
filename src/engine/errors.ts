import type { DataProblem } from "../shared/dataset.ts";
import type { EngineError } from "../shared/protocol.ts";

/** Something wrong with what the user brought; nothing that was there before is lost. */
export class DataError extends Error {
  override readonly name: string = "DataError";
  /** @param skippable how many items opening again with `skipBad` would leave out; 0 where that does not help */
  constructor(
    readonly problems: readonly DataProblem[],
    readonly skippable = 0,
  ) {
    super(problems.map(describeProblem).join("\n"));
  }
}

/** What is wrong with the files of a pretrained model, or with getting them. */
export type ModelFault =
  /** A file that is needed is not there. */
  | "missing"
  /** A file is cut off, changed or contradicts another. */
  | "damaged"
  /** The model is of a kind that is not read here. */
  | "unsupported"
  /** The repository wants a login or an accepted licence. */
  | "gated"
  /** There is no such repository, revision or file. */
  | "not-found"
  /** No server answers, or it breaks off. */
  | "offline"
  /** The server answers, but not with what was asked for. */
  | "wrong-answer"
  /** The browser does not give so much room. */
  | "no-space"
  /** Nothing may be fetched, or another tab is at it. */
  | "not-allowed";

/** Something wrong with a pretrained model's files; it crosses to the page as a {@link DataError} does. */
export class ModelFileError extends DataError {
  override readonly name = "ModelFileError";
  /** @param action what to do about it */
  constructor(
    readonly file: string,
    readonly fault: ModelFault,
    message: string,
    action: string,
    options?: ErrorOptions,
  ) {
    super([{ severity: "error", file, message, action }]);
    if (options) this.cause = options.cause;
  }
}

/** The GPU device went away in mid-work, and all that lay on it. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
  /** @param reason what the browser says of it; may be empty */
  constructor(reason: string) {
    const why = reason && ` (${reason.replace(/\.$/, "")})`;
    super(
      `The GPU device was lost${why}, and what was being trained on it. Start again: the next run gets a new device. If that is lost too, take a smaller batch or K, or compute on another backend than WebGPU.`,
    );
  }
}

/** The user called it off. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** `penguins.csv, row 12, column "Species": ...` with what to do at the end. */
export function describeProblem(problem: DataProblem): string {
  const place = [problem.file, problem.row && `row ${problem.row}`, problem.column && `column "${problem.column}"`];
  return `${place.filter(Boolean).join(", ")}: ${problem.message} ${problem.action}`;
}

/** An error as it crosses to the page. */
export function toEngineError(error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? { cause: String(error.cause) } : {};
  if (error instanceof DataError)
    return {
      kind: "data",
      message,
      problems: [...error.problems],
      canSkip: error.skippable > 0,
      skippable: error.skippable,
    };
  if (error instanceof Error && error.name === "ExperimentError") return { kind: "experiment", message };
  if (error instanceof CancelledError || (error instanceof Error && error.name === "AbortError"))
    return { kind: "cancelled", message };
  if (error instanceof DeviceLostError) return { kind: "device-lost", message, ...cause };
  return { kind: "engine", message, ...cause };
}
