import { refuse } from "../problems.ts";
import type { RawRow, RowFault, RowReader } from "./rows.ts";

const KEEP_ROWS = 4096;

/** Reads JSON lines (one object a line) and JSON arrays of objects; columns are the keys in the order they appear. */
export class JsonReader implements RowReader {
  readonly columns: string[] = [];
  readonly warnings: RowFault[] = [];
  readonly #index = new Map<string, number>();

  constructor(
    readonly file: string,
    readonly text: AsyncIterable<string>,
    readonly isArray: boolean,
  ) {}

  batches(): AsyncGenerator<RawRow[]> {
    return this.isArray ? this.#array() : this.#lines();
  }

  async *#lines(): AsyncGenerator<RawRow[]> {
    let held = "";
    let line = 0;
    for await (const chunk of this.text) {
      const lines = (held + chunk).split("\n");
      held = lines.pop() ?? "";
      yield lines.flatMap((text) => this.#line(text, ++line));
    }
    yield this.#line(held, line + 1);
  }

  #line(text: string, line: number): RawRow[] {
    if (text.trim() === "") return [];
    try {
      return [this.#row(JSON.parse(text), line)];
    } catch (error) {
      const message = `This line is no JSON (${(error as Error).message}).`;
      return [{ cells: [], line, fault: { message, action: "Put one complete object on each line." } }];
    }
  }

  async *#array(): AsyncGenerator<RawRow[]> {
    let all = "";
    for await (const chunk of this.text) all += chunk;
    let items: unknown;
    try {
      items = JSON.parse(all);
    } catch (error) {
      refuse({
        file: this.file,
        message: `This is no JSON (${(error as Error).message}).`,
        action: "Save it as a JSON array of objects, or as JSON lines.",
      });
    }
    const rows = (items as unknown[]).map((item, i) => this.#row(item, i + 1));
    for (let start = 0; start < rows.length; start += KEEP_ROWS) yield rows.slice(start, start + KEEP_ROWS);
  }

  #row(item: unknown, line: number): RawRow {
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      const message = `Item ${line} is ${Array.isArray(item) ? "a list" : String(JSON.stringify(item))}, not an object.`;
      return { cells: [], line, fault: { message, action: 'Write each item as an object such as {"text": …}.' } };
    }
    const cells: string[] = [];
    for (const [key, value] of Object.entries(item)) cells[this.#column(key)] = toCell(value);
    return { cells: Array.from(cells, (cell) => cell ?? ""), line };
  }

  #column(key: string): number {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.columns.length);
    return this.columns.push(key) - 1;
  }
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
