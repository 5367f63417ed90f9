import type { DataProblem } from "../../../shared/dataset.ts";
import { SPLITS, type Split } from "../../../shared/task.ts";
import type { OpenOptions, Work } from "../dataset.ts";
import { ProblemList, refuse, throwIfCancelled } from "../problems.ts";
import { DelimitedReader } from "./delimited.ts";
import { JsonReader } from "./json-records.ts";
import { Reservoir } from "./reservoir.ts";
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
  /** The columns that each file has of its own. */
  readonly columnsOf: readonly (readonly string[])[];
  readonly rows: readonly TableRow[];
  /** How many rows the files hold, where not all were kept. */
  readonly sampledFrom: number | null;
  readonly problems: readonly DataProblem[];
}

/** Characters of cells kept at most; beyond it the sample of rows is halved. */
const MAX_KEPT_CHARS = 1 << 28;

/**
 * Reads table files row by row. Beyond `maxRows` for training (and again for each held-out split) a uniform sample is
 * kept while the rest streams by, so that memory stays bounded; the same files give the same sample.
 * @throws DataError with all that is wrong, CancelledError
 */
export async function readTable(files: readonly TableFile[], options: OpenOptions, work: Work): Promise<RawTable> {
  const problems = new ProblemList(options.skipBad);
  const columns: string[] = [];
  const samples = new Map(SPLITS.map((split) => [split, new Sample(options.maxRows)]));
  const columnsOf: (readonly string[])[] = [];
  const summaries: RawTable["files"][number][] = [];
  for (const [index, file] of files.entries()) {
    const reader = await openReader(file, problems, work);
    const sample = samples.get(file.role) as Sample;
    const before = { offered: sample.offered, bad: problems.numBad };
    for await (const batch of reader.batches()) {
      throwIfCancelled(work);
      const good = batch.filter(({ line, fault }) => {
        if (fault) problems.bad({ file: file.name, row: line, ...fault });
        return !fault;
      });
      sample.offerAll(good, index, reader.columns, columns);
    }
    for (const warning of reader.warnings) problems.warn({ file: file.name, ...warning });
    const count = sample.offered - before.offered;
    if (count === 0 && problems.numBad === before.bad) refuseEmpty(file, reader);
    if (sample.damaged) problems.warn(damagedText(file.name, sample.damaged));
    sample.damaged = 0;
    columnsOf.push(reader.columns);
    summaries.push({ name: file.name, bytes: file.blob.size, rows: count, role: file.role });
  }
  problems.throwIfErrors();
  const rows = [...samples.values()].flatMap((sample) => sample.rows());
  if (rows.length === 0) refuseAllBad(files, problems.numBad);
  rows.sort((a, b) => a.file - b.file || a.line - b.line);
  const width = columns.length;
  for (const row of rows) while (row.cells.length < width) (row.cells as string[]).push("");
  const total = [...samples.values()].reduce((sum, { offered }) => sum + offered, 0);
  return {
    files: summaries,
    columns,
    columnsOf,
    rows,
    sampledFrom: rows.length < total ? total : null,
    problems: problems.warnings(),
  };
}

/** The rows kept of the files of one split. */
class Sample {
  readonly #reservoir: Reservoir<TableRow>;
  #chars = 0;
  /** Line of the first row with characters that could not be decoded; 0 where there is none. */
  damaged = 0;

  constructor(maxRows: number) {
    this.#reservoir = new Reservoir(maxRows);
  }

  get offered(): number {
    return this.#reservoir.offered;
  }

  rows(): TableRow[] {
    return [...this.#reservoir.kept];
  }

  offerAll(batch: readonly RawRow[], file: number, names: readonly string[], columns: string[]): void {
    const order = names.map((name) => {
      const known = columns.indexOf(name);
      return known >= 0 ? known : columns.push(name) - 1;
    });
    const inOrder = order.every((at, i) => at === i);
    const taken: { place: number; row: RawRow }[] = [];
    for (const row of batch) {
      const place = this.#reservoir.offer();
      if (place >= 0) taken.push({ place, row });
    }
    // A cell is a slice of the chunk it was cut from and would keep all of it alive; the copy stands on its own.
    const copies = JSON.parse(JSON.stringify(taken.map(({ row }) => row.cells))) as string[][];
    for (const [i, { place, row }] of taken.entries()) {
      const copied = copies[i] as string[];
      const cells = inOrder ? copied : reorder(copied, order, columns.length);
      const out = this.#reservoir.put(place, { cells, file, line: row.line });
      this.#chars += countChars(cells) - (out ? countChars(out.cells) : 0);
      if (this.damaged === 0 && cells.some((cell) => cell.includes("\ufffd"))) this.damaged = row.line;
    }
    while (this.#chars > MAX_KEPT_CHARS && this.#reservoir.kept.length > 1) {
      this.#reservoir.halve();
      this.#chars = this.#reservoir.kept.reduce((sum, row) => sum + countChars(row.cells), 0);
    }
  }
}

const countChars = (cells: readonly string[]): number => cells.reduce((sum, cell) => sum + cell.length, 0);

/** The cells of a row in the order of the common columns. */
function reorder(copied: readonly string[], order: readonly number[], width: number): string[] {
  const cells = new Array<string>(width).fill("");
  for (const [i, cell] of copied.entries()) cells[order[i] as number] = cell;
  return cells;
}

async function openReader(file: TableFile, problems: ProblemList, work: Work): Promise<RowReader> {
  const { name, blob } = file;
  if (blob.size === 0) refuseEmpty(file, null);
  const head = await readHead(blob);
  const encoding = detectEncoding(head, name);
  if (encoding.warning) {
    const action = "Look at accents and other letters in the preview; save the file as UTF-8 if they are wrong.";
    problems.warn({ file: name, message: encoding.warning, action });
  }
  const text = readText(file, encoding, work);
  const start = new TextDecoder(encoding.label).decode(head.subarray(0, 256)).trimStart();
  const json = /\.(json|jsonl|ndjson)$/i.test(name) || /^(\[\s*)?\{\s*("|\}|$)|^\[\s*\]/.test(start);
  return json ? new JsonReader(name, text) : new DelimitedReader(name, text, /\.tsv$/i.test(name) ? "\t" : null);
}

function refuseEmpty({ name, blob }: TableFile, reader: RowReader | null): never {
  const header = (reader?.columns.length ?? 0) > 0;
  const blank = blob.size > 0 ? "The file holds nothing but white space." : "The file is empty.";
  refuse({
    file: name,
    message: header ? "There is a header, but not one row below it." : blank,
    action: "Choose a file with a header and at least two rows below it.",
  });
}

function refuseAllBad(files: readonly TableFile[], numBad: number): never {
  refuse({
    file: files.map(({ name }) => name).join(", "),
    message: `None of the ${numBad} rows can be used.`,
    action: "Correct the file; the delimiter or the quoting is probably not what it seems.",
  });
}

const damagedText = (file: string, row: number) => ({
  file,
  row,
  message: "Some characters could not be decoded and appear as \ufffd.",
  action: "Save the file as UTF-8.",
});
