import { expect, test } from "vitest";
import { CancelledError } from "../errors.ts";
import { openSource } from "./open.ts";
import { dropped, openFiles, proposed, quietWork, refusal } from "./testing/fixtures.ts";
import type { Files } from "./testing/pictures.ts";

const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join("\n");
const good = `n,label\n${rows(20, (i) => `${i % 7},${i % 2 ? "x" : "y"}`)}`;

/** What opening or, if that works, preparing the proposal is refused with. */
async function refused(files: Files, data: Parameters<typeof proposed>[1] = {}) {
  return refusal(
    (async () => {
      const source = await openFiles(files);
      await source.prepare(proposed(source, data), quietWork());
    })(),
  );
}

test.each<[string, string | Uint8Array<ArrayBuffer>, object, Parameters<typeof proposed>[1]?]>([
  ["an empty file", "", { message: "The file is empty." }],
  ["white space alone", " \n\n", { message: expect.stringContaining("white space") }],
  ["a header alone", "n,label\n", { message: expect.stringContaining("not one row") }],
  ["an empty JSON array", "[]", { message: expect.stringContaining("white space") }],
  [
    "one class",
    good.replaceAll("x", "y"),
    { column: "label", message: 'There is only one class, "y".' },
    { label: "label" },
  ],
  [
    "no such label",
    good,
    { column: "intent", action: 'Choose the label column among "n", "label".' },
    { label: "intent" },
  ],
  [
    "no label at all",
    `a,b\n${rows(30, (i) => `${i * 1.5},${i * 2.5}`)}`,
    { message: "No column looks like the label." },
  ],
  [
    "a label of 2,000 values",
    `n,label\n${rows(4000, (i) => `${i},v${i % 2000}`)}`,
    { column: "label", message: "There are 2000 different labels for 4000 items." },
    { label: "label" },
  ],
  [
    "words said to be numbers",
    `c,label\n${rows(20, (i) => `w${i % 3},${i % 2}`)}`,
    { column: "c" },
    { kinds: { c: "numeric" } },
  ],
  ["the label as the only feature", good, { message: "No column is left to learn from." }, { features: ["label"] }],
  ["an image's task", good, { message: "This is a table, not images." }],
])("%s is refused, saying where", async (what, content, problem, data) => {
  const files = { "t.csv": content };
  if (what !== "an image's task") {
    const { problems, skippable } = await refused(files, data);
    expect(problems[0]).toMatchObject({ severity: "error", file: "t.csv", ...problem });
    expect(problems[0]?.action).not.toBe("");
    expect(skippable).toBe(0);
    return;
  }
  const source = await openFiles(files);
  const experiment = { ...proposed(source), task: "image-classification" as const };
  expect((await refusal(source.prepare(experiment, quietWork()))).problems[0]).toMatchObject(problem);
});

test("ragged rows are all told, twenty of them by line, and can be skipped", async () => {
  const text = `a,label\n${rows(60, (i) => (i % 2 ? `${i},${i % 4 === 1 ? "x" : "y"}` : `${i}`))}\n`;
  const { problems, skippable } = await refusal(openFiles({ "t.csv": text }));
  expect(problems).toHaveLength(21);
  expect(problems[1]).toMatchObject({ file: "t.csv", row: 4, message: "1 cells where the header has 2." });
  expect(problems[20]?.message).toBe("10 more like these.");
  expect(skippable).toBe(30);
  const source = await openFiles({ "t.csv": text }, { skipBad: true });
  expect(source.summary.rows).toBe(30);
  expect(source.summary.problems).toHaveLength(21);
  expect(source.summary.problems[0]).toMatchObject({ severity: "warning", row: 2, action: "It was left out." });
});

test("a file of which no row can be used is refused even when skipping", async () => {
  const text = "a,label\n1\n2\n";
  const { problems } = await refusal(openFiles({ "t.csv": text }, { skipBad: true }));
  expect(problems[0]?.message).toContain("None of the 2 rows");
});

test("a word among numbers is told by row and column, and can be skipped", async () => {
  const text = `n,label\n${rows(40, (i) => `${i === 25 ? "ten" : i % 9},${i % 2}`)}`;
  const { problems, skippable } = await refused({ "t.csv": text });
  expect(problems).toMatchObject([{ row: 27, column: "n", message: '"ten" is not a usable number.' }]);
  expect(skippable).toBe(1);
  const source = await openFiles({ "t.csv": text }, { skipBad: true });
  const { summary, splits } = await source.prepare(proposed(source), quietWork());
  expect(summary.problems).toMatchObject([{ severity: "warning", row: 27 }]);
  expect([...splits.train, ...splits.validation, ...splits.test]).not.toContain(25);
});

test("empty texts are told and can be skipped; rows without a label are left out with a warning", async () => {
  const text = `text,label\n${rows(30, (i) => `${i === 4 ? " " : `send my parcel number ${i}`},${i === 9 ? "" : i % 2}`)}`;
  const { problems, skippable } = await refused({ "t.csv": text }, { text: "text" });
  expect(problems).toMatchObject([{ row: 6, column: "text", message: "The text is empty." }]);
  expect(skippable).toBe(1);
  const source = await openFiles({ "t.csv": text }, { skipBad: true });
  const { summary } = await source.prepare(proposed(source), quietWork());
  expect(summary.problems.map(({ row, message }) => [row, message])).toEqual([
    [11, "There is no label."],
    [6, "The text is empty."],
  ]);
  expect(summary.train + summary.validation + summary.test).toBe(28);
});

test("a class of one item trains, with a warning; a class only the test file has is told of", async () => {
  const lonely = await openFiles({ "t.csv": `${good}\n3,z` });
  const { summary } = await lonely.prepare(proposed(lonely), quietWork());
  expect(summary.classes.find(({ name }) => name === "z")).toMatchObject({ train: 1, validation: 0, test: 0 });
  expect(summary.problems[0]).toMatchObject({ severity: "warning", message: 'A class has a single item: "z".' });
  const unknown = await openFiles({ "train.csv": good, "test.csv": "n,label\n1,x\n2,q\n2,q" });
  const held = await unknown.prepare(proposed(unknown), quietWork());
  expect(held.classes).toEqual(["q", "x", "y"]);
  expect(held.summary.problems[0]?.message).toBe('A class is not in training: "q".');
});

test("999 classes are learned", async () => {
  const source = await openFiles({ "t.csv": `n,label\n${rows(1998, (i) => `${i},v${i % 999}`)}` });
  const { classes } = await source.prepare(proposed(source, { label: "label" }), quietWork());
  expect(classes).toHaveLength(999);
});

test("doubled and empty column names are told of", async () => {
  const source = await openFiles({ "t.csv": `n,,n,label\n${rows(20, (i) => `${i % 7},${i % 3},1,${i % 2}`)}` });
  expect(source.summary.columns.map(({ name }) => name)).toEqual(["n", "column 2", "n (2)", "label"]);
  expect(source.summary.problems.map(({ column }) => column)).toEqual(["column 2", "n"]);
});

test("a test file that lacks a column is refused, naming it", async () => {
  const { problems } = await refused({ "train.csv": good, "test.csv": "label,m\nx,2\ny,3\n" });
  expect(problems[0]).toMatchObject({ file: "test.csv", column: "n" });
});

test("beyond maxRows a sample is kept that is uniform over the file, the same each time, and all rows are counted", async () => {
  const text = `n,label\n${rows(5000, (i) => `${i},${i % 2}`)}`;
  const open = () => openFiles({ "t.csv": text }, { maxRows: 500 });
  const [source, again] = [await open(), await open()];
  expect(source.summary).toMatchObject({ rows: 500, sampledFrom: 5000 });
  expect(source.summary.files[0]?.rows).toBe(5000);
  const items = await source.items(0, 500);
  expect(items).toEqual(await again.items(0, 500));
  const lines = items.map(({ origin }) => Number(/row (\d+)/.exec(origin)?.[1]));
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
  // The mean of 500 uniform line numbers has a deviation of about 65 around 2,500.
  expect(Math.abs(lines.reduce((a, b) => a + b, 0) / 500 - 2501)).toBeLessThan(260);
});

test("a held-out file is kept whole while the training file is sampled", async () => {
  const many = `n,label\n${rows(3000, (i) => `${i},${i % 2}`)}`;
  const source = await openFiles({ "train.csv": many, "test.csv": good }, { maxRows: 100 });
  const { summary } = await source.prepare(proposed(source), quietWork());
  expect(summary).toMatchObject({ test: 20, train: 80, validation: 20 });
});

test("reading stops between chunks once it is cancelled", async () => {
  const abort = new AbortController();
  let told = 0;
  const work = {
    signal: abort.signal,
    progress: (what: string, done: number) => {
      if (what !== "Reading t.csv") return;
      told += 1;
      if (done > 0) abort.abort();
    },
  };
  const big = `n,label\n${rows(600_000, (i) => `${i},${i % 2}`)}`;
  await expect(openFiles({ "t.csv": big }, {}, work)).rejects.toThrow(CancelledError);
  expect(told).toBe(2);
});

test("pasted text is a table", async () => {
  const source = await openSource(
    { kind: "text", name: "pasted", text: good },
    { skipBad: false, maxRows: 100 },
    quietWork(),
  );
  expect(source.summary).toMatchObject({ name: "pasted", rows: 20 });
  expect(dropped({}).kind).toBe("files");
});
