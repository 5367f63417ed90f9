import type { BackendChoice } from "../../src/shared/task.ts";
import type { PeerOptions } from "./peers/options.ts";

/** What the benches are given. */
export interface BenchContext {
  /** Folders in which data files are looked for, after the folder of the experiment file. */
  readonly data: readonly string[];
  readonly backend: BackendChoice;
  /** Seeds to train with, in place of as many as the bench would take. */
  readonly seeds: number | null;
  /** Folder of a pretrained model, for the bench that trains one by name. */
  readonly model: string | null;
  /** What of the bench of the peers is run. */
  readonly peers: PeerOptions;
  /** Shows what is being done, in one line. */
  tell(what: string): void;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a bench came to: a table to read and the figures behind it. */
export interface BenchResult extends Table {
  /** Tables to read after the first. */
  readonly also?: readonly Table[];
  /** What every goal demands was reached. */
  readonly passed: boolean;
  /** Backend and adapter, as the engine names them; null where nothing is trained. */
  readonly backend: string | null;
  readonly figures: object;
  /** Name of a file whose own fields the figures are; else they are a field of the file with the bench's name. */
  readonly file?: string;
}

/** The rows under their columns: the first column to the left, the others to the right. */
export function tableText({ columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? "").length)));
  const text = lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  return `${text.join("\n")}\n`;
}

export const passOrFail = (passed: boolean): string => (passed ? "pass" : "FAIL");
