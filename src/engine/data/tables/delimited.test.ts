import { expect, test } from "vitest";
import { Stream } from "../../rng.ts";
import { DelimitedReader, guessDelimiter } from "./delimited.ts";
import type { RawRow } from "./rows.ts";

async function* chunks(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string, size = text.length, delimiter: string | null = null) {
  const reader = new DelimitedReader("t.csv", chunks(text, Math.max(1, size)), delimiter);
  const rows: RawRow[] = [];
  for await (const batch of reader.batches()) rows.push(...batch);
  return { columns: reader.columns, rows, warnings: reader.warnings };
}

test.each([",", "\t", ";", "|"])("the delimiter %j is told from the text", (delimiter) => {
  const rows = [
    ["text", "label", "n"],
    ["a, b; c", "x|y", "1"],
    ["d\te", "z", "2"],
  ];
  const quoted = rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join("\n");
  expect(guessDelimiter(quoted)).toBe(delimiter);
});

test("the header decides, not the most frequent character", () => {
  expect(guessDelimiter("text\tlabel\na, b, c\tx\nd, e, f\ty\n")).toBe("\t");
});

test("rows are told by the line on which they begin", async () => {
  const text = 'a,b\n1,"two\nlines"\n\n   \n3,4\n"x\n\ny",5\n6,7';
  for (const size of [1, 2, 3, 7, 100]) {
    const { rows } = await read(text, size);
    expect(rows.map(({ line }) => line)).toEqual([2, 6, 7, 10]);
    expect(rows.map(({ cells }) => cells[1])).toEqual(["two\nlines", "4", "5", "7"]);
  }
});

test("rows of another width are faults with what to do; empty cells at the end are not", async () => {
  const { rows } = await read("a,b\n1,2,,\n1\n1,2,3\n4,5\n");
  expect(rows.map(({ line, fault }) => [line, fault?.message])).toEqual([
    [2, undefined],
    [3, "1 cells where the header has 2."],
    [4, "3 cells where the header has 2."],
    [5, undefined],
  ]);
  expect(rows[2]?.fault?.action).toContain("a comma");
});

test("a quote that is never closed is told where it begins", async () => {
  const { rows } = await read('a,b\n1,2\n"3,4\n5,6\n');
  expect(rows.at(-1)).toMatchObject({ line: 3, fault: { message: expect.stringContaining("never closed") } });
});

test("a row that never ends is refused before it fills the memory", async () => {
  async function* endless(): AsyncGenerator<string> {
    yield 'a,b\n1,"';
    for (let i = 0; i < 100; i++) yield "x".repeat(1 << 20);
  }
  const reader = new DelimitedReader("t.csv", endless());
  const all = (async () => {
    for await (const _ of reader.batches());
  })();
  await expect(all).rejects.toThrow(/t\.csv, row 2: .*longer than 16 million/);
});

test("columns without a name or with a name that is taken get one of their own", async () => {
  const { columns, warnings } = await read("a,,a,a (2),a\n1,2,3,4,5\n");
  expect(new Set(columns).size).toBe(5);
  expect(columns.slice(0, 3)).toEqual(["a", "column 2", "a (2)"]);
  expect(warnings.map(({ column }) => column)).toContain("column 2");
});

test("a first line of numbers is probably data", async () => {
  expect((await read("1,2.5\n3,4\n")).warnings).toMatchObject([{ message: expect.stringContaining("numbers") }]);
});

test("Excel's line that names the delimiter is not the header", async () => {
  const { columns, rows } = await read("sep=;\na;b\n1,5;2\n");
  expect(columns).toEqual(["a", "b"]);
  expect(rows).toMatchObject([{ cells: ["1,5", "2"], line: 3 }]);
});

/** Cells as RFC 4180 reads them, one character at a time. */
function oracle(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[""]];
  let quoted = false;
  const row = (): string[] => rows.at(-1) as string[];
  const append = (char: string): void => {
    row()[row().length - 1] += char;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quoted && char === '"' && text[i + 1] === '"') {
      append('"');
      i += 1;
    } else if (quoted) {
      if (char === '"') quoted = false;
      else append(char);
    } else if (char === '"') quoted = true;
    else if (char === delimiter) row().push("");
    else if (char === "\n") rows.push([""]);
    else append(char);
  }
  return rows.filter((cells) => cells.length > 1 || cells[0]?.trim() !== "");
}

test("random tables are read as the oracle reads them, however they are cut into chunks", async () => {
  const stream = new Stream(1, "sample");
  const alphabet = ["a", "b", " ", '"', ",", ";", "\t", "\n", "é", "\u{1f427}", ""];
  for (let round = 0; round < 200; round++) {
    const delimiter = [",", ";", "\t"][stream.below(3)] as string;
    const width = 2 + stream.below(3);
    const cell = (): string =>
      Array.from({ length: stream.below(6) }, () => alphabet[stream.below(alphabet.length)]).join("");
    const write = (value: string): string =>
      /[",;\t\n]/.test(value) || stream.below(3) === 0 ? `"${value.replaceAll('"', '""')}"` : value;
    const body = Array.from({ length: stream.below(12) }, () =>
      Array.from({ length: width }, () => write(cell())).join(delimiter),
    );
    const header = Array.from({ length: width }, (_, i) => `c${i}`).join(delimiter);
    const text = `${[header, ...body].join("\n")}${stream.below(2) ? "\n" : ""}`;
    const { rows } = await read(text, 1 + stream.below(text.length), delimiter);
    expect(rows.map(({ cells, fault }) => fault ?? cells)).toEqual(oracle(text, delimiter).slice(1));
  }
});
