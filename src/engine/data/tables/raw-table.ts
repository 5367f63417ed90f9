import type { Split } from "../../../shared/task.ts";
import { Stream } from "../../rng.ts";
import type { OpenOptions, Work } from "../dataset.ts";
import { ProblemList, refuse } from "../problems.ts";
import { DelimitedReader } from "./delimited.ts";
import { JsonReader } from "./json-rows.ts";
import type { RawRow, RowReader } from "./rows.ts";
import { detectEncoding } from "./text-encoding.ts";
import { readHead, readText, type TextFile } from "./text-stream.ts";

/** A file of a table and what it is for. */
export interface TableFile extends TextFile {
  readonly role: Split;
}

/** A row with where it comes from. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly file: number;
  readonly line: number;
}

/** Rows of one or more files under common columns, in the order of the files. */
export interface RawTable {
  readonly files: readonly { name: string; bytes: number; rows: number; role: Split }[];
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** How many rows the files hold, where not all were kept. */
  readonly sampledFrom: number | null;
  readonly problems: ReturnType<ProblemList["warnings"]>;
}

/** The reservoir's draw must not depend on anything the user may change later. */
const SAMPLE_SEED = 0;

/**
 * Reads table files row by row. Beyond `maxRows` a uniform sample is kept while the rest streams by (algorithm R,
 * Vitter 1985), so that memory stays bounded.
 * @throws DataError with all that is wrong, CancelledError
 */
export async function readTable(files: readonly TableFile[], options: OpenOptions, work: Work): Promise<RawTable> {
  const problems = new ProblemList(options.skipBad);
  const columns: string[] = [];
  const rows: TableRow[] = [];
  const summaries: RawTable["files"][number][] = [];
  const reservoir = new Stream(SAMPLE_SEED, "sample");
  let seen = 0;
  for (const [index, file] of files.entries()) {
    const reader = await readerOf(file, work);
    let count = 0;
    for await (const batch of reader.batches()) {
      for (const row of batch) {
        if (row.fault) {
          problems.bad({ file: file.name, row: row.line, ...row.fault });
          continue;
        }
        seen += 1;
        count += 1;
        const kept = { cells: aligned(row, reader, columns), file: index, line: row.line };
        if (rows.length < options.maxRows) rows.push(kept);
        else {
          const place = reservoir.below(seen);
          if (place < options.maxRows) rows[place] = kept;
        }
      }
    }
    for (const warning of reader.warnings) problems.warn({ file: file.name, ...warning });
    if (count === 0 && problems.numBad === 0) refuseEmpty(file, reader);
    summaries.push({ name: file.name, bytes: file.blob.size, rows: count, role: file.role });
  }
  problems.throwIfErrors();
  if (rows.length < seen) rows.sort((a, b) => a.file - b.file || a.line - b.line);
  return {
    files: summaries,
    columns,
    rows,
    sampledFrom: rows.length < seen ? seen : null,
    problems: problems.warnings(),
  };
}

function refuseEmpty(file: TableFile, reader: RowReader): never {
  const header = reader.columns.length > 0;
  refuse({
    file: file.name,
    message: header ? "There is a header, but not one row below it." : "The file is empty.",
    action: "Choose a file with a header and at least two rows.",
  });
}

async function readerOf(file: TableFile, work: Work): Promise<RowReader> {
  const head = await readHead(file.blob);
  if (head.length === 0)
    refuse({
      file: file.name,
      message: "The file is empty.",
      action: "Choose a file with a header and rows below it.",
    });
  const encoding = detectEncoding(head, file.name);
  const text = readText(file, encoding, work);
  const start = new TextDecoder(encoding.label).decode(head.subarray(0, 256)).trimStart();
  const json = /\.(json|jsonl|ndjson)$/i.test(file.name) || /^(\[\s*)?\{/.test(start);
  if (json) return new JsonReader(file.name, text, start.startsWith("["));
  return new DelimitedReader(file.name, text, /\.tsv$/i.test(file.name) ? "\t" : null);
}

/** The cells of a row in the order of the common columns, which grow by columns not seen before. */
function aligned(row: RawRow, reader: RowReader, columns: string[]): string[] {
  const cells: string[] = [];
  for (const [i, name] of reader.columns.entries()) {
    let at = columns[i] === name ? i : columns.indexOf(name);
    if (at < 0) at = columns.push(name) - 1;
    cells[at] = row.cells[i] ?? "";
  }
  return Array.from(cells, (cell) => cell ?? "");
}
