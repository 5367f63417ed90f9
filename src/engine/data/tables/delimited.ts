import Papa from "papaparse";
import { refuse } from "../problems.ts";
import { MAX_ROW_CHARS, type RawRow, type RowFault, type RowReader } from "./rows.ts";

const DELIMITERS = [",", "\t", ";", "|", "\u001f", "^", "~"] as const;

/** Papa's parser gives rows, faults of quoting by index of the row, and how far it got. */
interface Parsed {
  data: string[][];
  errors: { row: number; code: string }[];
  meta: { cursor: number };
}

/**
 * The delimiter under which the most of the first rows have as many cells as the header, which must have two or more;
 * a comma where none splits the header.
 */
export function guessDelimiter(head: string): string {
  const scores = DELIMITERS.map((delimiter) => {
    const rows = parse(head, delimiter, head.includes("\n"))
      .data.filter((row) => !isBlank(row))
      .slice(0, 50);
    const width = rows[0]?.length ?? 0;
    const agreeing = rows.filter((row) => row.length === width).length;
    return { delimiter, score: width < 2 ? 0 : agreeing / rows.length };
  });
  const best = Math.max(...scores.map(({ score }) => score));
  return best === 0 ? "," : (scores.find(({ score }) => score === best)?.delimiter ?? ",");
}

function parse(text: string, delimiter: string, partial: boolean): Parsed {
  return new Papa.Parser({ delimiter, newline: "\n" }).parse(text, 0, partial) as Parsed;
}

const isBlank = (row: readonly string[]): boolean => row.length === 1 && (row[0] as string).trim() === "";

/** Reads CSV and its relatives (RFC 4180; any delimiter) from chunks of text. The first row names the columns. */
export class DelimitedReader implements RowReader {
  readonly columns: string[] = [];
  readonly warnings: RowFault[] = [];
  #delimiter: string | null = null;
  #line = 1;

  /** @param delimiter null to tell it from the text */
  constructor(
    readonly file: string,
    readonly text: AsyncIterable<string>,
    delimiter: string | null = null,
  ) {
    this.#delimiter = delimiter;
  }

  async *batches(): AsyncGenerator<RawRow[]> {
    let held = "";
    for await (const chunk of this.text) {
      held += chunk;
      const batch = this.#take(held, true);
      held = held.slice(batch.consumed);
      if (held.length > MAX_ROW_CHARS) this.#tooLong();
      if (batch.rows.length > 0) yield batch.rows;
    }
    if (held) yield this.#take(held, false).rows;
  }

  #take(text: string, partial: boolean): { rows: RawRow[]; consumed: number } {
    let start = 0;
    if (this.#line === 1) {
      if (partial && !text.includes("\n")) return { rows: [], consumed: 0 };
      start = this.#takeSeparatorLine(text);
    }
    const delimiter = this.#delimiter ?? guessDelimiter(text.slice(start, start + 65_536));
    this.#delimiter = delimiter;
    const { data, errors, meta } = parse(start > 0 ? text.slice(start) : text, delimiter, partial);
    const misquoted = new Map(errors.map(({ row, code }) => [row, code]));
    const rows: RawRow[] = [];
    const quoted = text.includes('"');
    for (const [i, cells] of data.entries()) {
      const line = this.#line;
      this.#line += quoted ? 1 + countNewlines(cells) : 1;
      if (isBlank(cells)) continue;
      if (this.columns.length === 0) this.#takeHeader(cells, misquoted.get(i), line);
      else rows.push(this.#row(cells, line, misquoted.get(i)));
    }
    return { rows, consumed: start + (partial ? meta.cursor : text.length) };
  }

  /** Excel writes `sep=;` above the header where the delimiter is not the usual one. */
  #takeSeparatorLine(text: string): number {
    const match = /^sep=(.)\n/i.exec(text);
    if (!match) return 0;
    this.#delimiter = match[1] as string;
    this.#line += 1;
    return match[0].length;
  }

  #takeHeader(cells: readonly string[], quoting: string | undefined, line: number): void {
    if (quoting)
      refuse({
        file: this.file,
        row: line,
        message: "A quote in the header is not closed as it should be.",
        action: 'Write a quote inside a quoted cell twice ("").',
      });
    if (cells.every((cell) => cell.trim() !== "" && Number.isFinite(Number(cell))))
      this.warnings.push({
        message: "The first line holds nothing but numbers, yet it was taken for the columns' names.",
        action: "Put a line with names above it if it is data.",
      });
    const seen = new Map<string, number>();
    for (const [i, cell] of cells.entries()) {
      const given = cell.trim();
      const name = given || `column ${i + 1}`;
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      const unique = times === 1 ? name : `${name} (${times})`;
      if (!given)
        this.warnings.push({
          column: name,
          message: `Column ${i + 1} has no name.`,
          action: `It is called "${name}".`,
        });
      if (times > 1)
        this.warnings.push({
          column: name,
          message: `${times} columns have this name.`,
          action: `Number ${times} is called "${unique}"; make sure that it does not repeat the label.`,
        });
      seen.set(unique, seen.get(unique) ?? 1);
      this.columns.push(unique);
    }
  }

  #row(cells: string[], line: number, quoting: string | undefined): RawRow {
    const width = this.columns.length;
    if (quoting) {
      const message =
        quoting === "MissingQuotes" ? "A quoted cell that begins here is never closed." : "A cell is quoted wrongly.";
      return { cells, line, fault: { message, action: 'Write a quote inside a quoted cell twice ("").' } };
    }
    if (cells.length === width) return { cells, line };
    if (cells.length > width && cells.slice(width).every((cell) => cell === ""))
      return { cells: cells.slice(0, width), line };
    const message = `${cells.length} cells where the header has ${width}.`;
    const action =
      cells.length > width
        ? `Put cells that contain ${describeDelimiter(this.#delimiter)} in quotes, or leave the row out.`
        : "Add the missing cells, or leave the row out.";
    return { cells, line, fault: { message, action } };
  }

  #tooLong(): never {
    refuse({
      file: this.file,
      row: this.#line,
      message: `This row is longer than ${MAX_ROW_CHARS / 2 ** 20} million characters; a quote in it is perhaps never closed.`,
      action: "Close the quote, or split the cell.",
    });
  }
}

function describeDelimiter(delimiter: string | null): string {
  if (delimiter === "\t") return "a tab";
  return delimiter === "," || delimiter === null ? "a comma" : `"${delimiter}"`;
}

function countNewlines(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count += 1;
  return count;
}
