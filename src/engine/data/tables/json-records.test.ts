import { expect, test } from "vitest";
import { JsonReader } from "./json-records.ts";
import type { RawRow } from "./rows.ts";

async function read(text: string, size = 5) {
  async function* chunks(): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  const reader = new JsonReader("t.json", chunks());
  const rows: RawRow[] = [];
  for await (const batch of reader.batches()) rows.push(...batch);
  return { columns: reader.columns, rows, warnings: reader.warnings };
}

const RECORDS = [
  { text: 'brackets ] } and "quotes" \\', label: "a", n: 1.5, list: [1, [2, { x: "]" }]] },
  { text: "é\u{1f427}\n", label: null, n: -2e3, yes: true },
];

test.each([1, 2, 3, 1000])("an array of objects is read in chunks of %i characters", async (size) => {
  const { columns, rows } = await read(`\n ${JSON.stringify(RECORDS, null, 2)}\n`, size);
  expect(columns).toEqual(["text", "label", "n", "list", "yes"]);
  expect(rows.map(({ cells }) => [...cells])).toEqual([
    [RECORDS[0]?.text, "a", "1.5", '[1,[2,{"x":"]"}]]'],
    [RECORDS[1]?.text, "", "-2000", "", "true"],
  ]);
  expect(rows.map(({ line }) => line)).toEqual([3, 17]);
});

test("JSON lines are read line by line; one that does not parse is told by its line", async () => {
  const { rows } = await read('{"a": 1}\n\n{"a": 2\n[1]\n"x"\n{"a": 5}');
  expect(rows.map(({ line, cells, fault }) => [line, fault?.message.split(" (")[0] ?? cells[0]])).toEqual([
    [1, "1"],
    [3, "This is not valid JSON"],
    [4, "Expected an object, found a list."],
    [5, 'Expected an object, found "x".'],
    [6, "5"],
  ]);
});

test("elements that are no objects are faults, and broken ones do not take the rest along", async () => {
  const { rows } = await read('[1, {"a": "x"}, {"a": tru}, {"a": "y"}]');
  expect(rows.map(({ fault, cells }) => (fault ? "fault" : cells[0]))).toEqual(["fault", "x", "fault", "y"]);
});

test("keys that only some records have are missing values and told of", async () => {
  const { warnings } = await read('[{"a": 1}, {"a": 2, "b": 3}, {"b": 4}]');
  expect(warnings).toMatchObject([
    { column: "a", message: "1 of 3 records lack this key." },
    { column: "b", message: "1 of 3 records lack this key." },
  ]);
});

test("an array that is cut off or followed by something is refused with the line", async () => {
  await expect(read('[{"a": 1},\n{"a": 2}')).rejects.toThrow(/t\.json, row 2: .*middle/);
  await expect(read('[{"a": 1}]\n{"a": 2}')).rejects.toThrow(/t\.json, row 2: .*after the end/);
});
