import { refuse } from "../problems.ts";
import { MAX_ROW_CHARS, type RawRow, type RowFault, type RowReader } from "./rows.ts";

/** The text of one record and the line it begins on. */
interface Piece {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads records from JSON lines (one object a line) or from one JSON array of objects, told apart by the first
 * character. Columns are the keys in the order in which they appear; a key that a record lacks is an empty cell.
 */
export class JsonReader implements RowReader {
  readonly columns: string[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #present: number[] = [];
  #records = 0;
  #nested = new Set<string>();

  constructor(
    readonly file: string,
    readonly text: AsyncIterable<string>,
  ) {}

  get warnings(): RowFault[] {
    const nested = [...this.#nested].map((column) => ({
      column,
      message: "Some values are lists or objects.",
      action: "They are taken as their JSON text; flatten them to use their parts.",
    }));
    const mixed = this.columns.flatMap((column, i) => {
      const missing = this.#records - (this.#present[i] ?? 0);
      if (missing === 0) return [];
      const message = `${missing} of ${this.#records} records lack this key.`;
      return [{ column, message, action: "They count as missing values." }];
    });
    return [...nested, ...mixed];
  }

  async *batches(): AsyncGenerator<RawRow[]> {
    let splitter: LineSplitter | ArraySplitter | null = null;
    let line = 1;
    for await (const chunk of this.text) {
      let rest = chunk;
      if (!splitter) {
        const blank = /^\s*/.exec(chunk)?.[0] ?? "";
        line += countNewlines(blank);
        rest = chunk.slice(blank.length);
        if (!rest) continue;
        splitter = rest.startsWith("[") ? new ArraySplitter(this.file, line) : new LineSplitter(this.file, line);
      }
      const rows = splitter.push(rest).map((piece) => this.#row(piece));
      if (rows.length > 0) yield rows;
    }
    const rows = splitter?.end().map((piece) => this.#row(piece)) ?? [];
    if (rows.length > 0) yield rows;
  }

  #row({ text, line }: Piece): RawRow {
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `This is not valid JSON (${reason}).`;
      return { cells: [], line, fault: { message, action: "Correct it, or leave it out." } };
    }
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      const what = Array.isArray(record) ? "a list" : `${JSON.stringify(record).slice(0, 40)}`;
      const action = 'Write each record as an object such as {"text": "...", "label": "..."}.';
      return { cells: [], line, fault: { message: `Expected an object, found ${what}.`, action } };
    }
    return { cells: this.#cells(record), line };
  }

  #cells(record: object): string[] {
    this.#records += 1;
    const cells = new Array<string>(this.columns.length).fill("");
    for (const [key, value] of Object.entries(record)) {
      let index = this.#indexOf.get(key);
      if (index === undefined) {
        index = this.columns.push(key) - 1;
        this.#indexOf.set(key, index);
      }
      this.#present[index] = (this.#present[index] ?? 0) + 1;
      cells[index] = this.#cell(key, value);
    }
    return cells;
  }

  #cell(key: string, value: unknown): string {
    if (value === null || value === undefined) return "";
    if (typeof value !== "object") return String(value);
    this.#nested.add(key);
    return JSON.stringify(value);
  }
}

const countNewlines = (text: string): number => text.split("\n").length - 1;

/** @throws DataError where a record grows beyond what can be one */
function checkLength(file: string, row: number, length: number): void {
  if (length <= MAX_ROW_CHARS) return;
  const message = `This record is longer than ${MAX_ROW_CHARS / 2 ** 20} million characters.`;
  refuse({ file, row, message, action: "Write one object a line (JSON lines), or an array of objects." });
}

class LineSplitter {
  #held = "";

  constructor(
    readonly file: string,
    private line: number,
  ) {}

  push(chunk: string): Piece[] {
    const lines = (this.#held + chunk).split("\n");
    this.#held = lines.pop() as string;
    checkLength(this.file, this.line + lines.length, this.#held.length);
    return this.#pieces(lines);
  }

  end(): Piece[] {
    return this.#pieces([this.#held]);
  }

  #pieces(lines: readonly string[]): Piece[] {
    const first = this.line;
    this.line += lines.length;
    return lines.map((text, i) => ({ text, line: first + i })).filter(({ text }) => text.trim() !== "");
  }
}

const CHAR = { newline: 10, space: 32, quote: 34, comma: 44, backslash: 92 } as const;
const isOpening = (code: number): boolean => code === 91 || code === 123;
const isClosing = (code: number): boolean => code === 93 || code === 125;

/** Cuts a JSON array into the texts of its elements, without holding more than one element and one chunk. */
class ArraySplitter {
  #element = "";
  #elementLine: number;
  /** True inside an element; what of it was in earlier chunks is in `element`. */
  #begun = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #done = false;

  constructor(
    readonly file: string,
    private line: number,
  ) {
    this.#elementLine = line;
  }

  push(chunk: string): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const code = chunk.charCodeAt(i);
      if (code === CHAR.newline) this.line += 1;
      if (this.#inString) this.#passString(code);
      else if (code > CHAR.space) {
        const ends = this.#depth === 1 && (code === CHAR.comma || isClosing(code));
        if (ends && this.#begun) {
          pieces.push({ text: (this.#element + chunk.slice(from, i)).trim(), line: this.#elementLine });
          this.#element = "";
          this.#begun = false;
        }
        if (!ends && this.#depth === 1 && !this.#begun) {
          this.#begun = true;
          this.#elementLine = this.line;
          from = i;
        }
        this.#passToken(code);
      }
    }
    if (this.#begun) this.#element += chunk.slice(from);
    checkLength(this.file, this.#elementLine, this.#element.length);
    return pieces;
  }

  #passString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === CHAR.backslash) this.#escaped = true;
    else if (code === CHAR.quote) this.#inString = false;
  }

  #passToken(code: number): void {
    if (this.#done) this.#refuseMore();
    if (isOpening(code)) this.#depth += 1;
    else if (isClosing(code)) this.#depth -= 1;
    else if (code === CHAR.quote) this.#inString = true;
    if (this.#depth === 0) this.#done = true;
  }

  end(): Piece[] {
    if (!this.#done)
      refuse({
        file: this.file,
        row: this.line,
        message: "The file ends in the middle of the JSON array.",
        action: "It was perhaps cut off while copying; get it again.",
      });
    return [];
  }

  #refuseMore(): never {
    refuse({
      file: this.file,
      row: this.line,
      message: "Something follows after the end of the JSON array.",
      action: "Write one array of objects, or one object a line without brackets around them.",
    });
  }
}
