import { expect, test } from "vitest";
import type { Source } from "./dataset.ts";
import { encodeRow } from "./tables/encode-table.ts";
import { openFiles, proposed, quietWork, refusal } from "./testing/fixtures.ts";

type Data = Parameters<typeof proposed>[1];
const prepared = (source: Source, data: Data = {}, seed = 1) =>
  source.prepare(proposed(source, data, seed), quietWork());

/** `length,colour,kind` rows whose kind follows the length. */
function flowers(count: number, cell = (i: number): string => `${i % 2 ? 5 + i / 100 : 1 + i / 100}`): string {
  const rows = Array.from({ length: count }, (_, i) => `${cell(i)},${["red", "blue"][i % 2]},${["a", "b"][i % 2]}`);
  return ["length,colour,kind", ...rows].join("\n");
}

const encoderOf = async (source: Source, data: Data = {}, seed = 1) => {
  const { inputs } = await prepared(source, data, seed);
  if (inputs.modality !== "table") throw new Error("not a table");
  return inputs;
};

test("columns are guessed, and the guess prepares as it stands", async () => {
  const source = await openFiles({ "flowers.csv": flowers(40) });
  expect(source.summary).toMatchObject({ name: "flowers.csv", rows: 40, sampledFrom: null, problems: [] });
  expect(source.summary.columns.map(({ kind }) => kind)).toEqual(["numeric", "categorical", "label"]);
  expect(source.summary.guess).toEqual({
    task: "tabular-classification",
    data: { train: "flowers.csv", label: "kind" },
  });
  const { summary, classes } = await prepared(source);
  expect(classes).toEqual(["a", "b"]);
  expect(summary.input).toEqual({
    modality: "table",
    columns: ["length", "colour"],
    features: ["length", "colour = blue", "colour = red"],
  });
});

test("text is told by its words, and a running number is not worth learning from", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i + 1},please send order ${i} back to me,${i % 3}`);
  const tickets = await openFiles({ "tickets.csv": ["id,message,topic", ...rows].join("\n") });
  expect(tickets.summary.guess).toMatchObject({
    task: "text-classification",
    data: { text: "message", label: "topic" },
  });
  const { inputs } = await prepared(tickets);
  expect(inputs.modality === "text" && inputs.texts[3]).toBe("please send order 3 back to me");
  const numbered = flowers(40)
    .split("\n")
    .map((line, i) => (i === 0 ? `id,${line}` : `${i},${line}`));
  const table = await openFiles({ "flowers.csv": numbered.join("\n") });
  expect(table.summary.guess.data.features).toEqual(["length", "colour"]);
});

test("an outlier in the held-out file does not change the encoder", async () => {
  const train = flowers(40);
  const tame = await openFiles({ "train.csv": train, "test.csv": flowers(10) });
  const wild = await openFiles({ "train.csv": train, "test.csv": flowers(10, () => "1e9") });
  const data = { split: { validation: 0.25 } };
  const [a, b] = [await encoderOf(tame, data), await encoderOf(wild, data)];
  expect(b.encoder).toEqual(a.encoder);
  expect(Math.max(...b.values)).toBeGreaterThan(1e8);
});

test("training values are standardised by their own mean and deviation, or scaled to their range", async () => {
  const source = await openFiles({ "flowers.csv": flowers(40) });
  for (const [scaling, check] of [
    ["standard", (values: number[]) => [mean(values), mean(values.map((v) => v * v))]],
    ["range", (values: number[]) => [Math.min(...values), Math.max(...values)]],
  ] as const) {
    const experiment = proposed(source, { scaling });
    const { inputs, splits } = await source.prepare(experiment, quietWork());
    if (inputs.modality !== "table") throw new Error("not a table");
    const lengths = Array.from(splits.train, (item) => inputs.values[item * 3] as number);
    const [first = NaN, second = NaN] = check(lengths);
    expect(first).toBeCloseTo(0, 5);
    expect(second).toBeCloseTo(1, 5);
    expect(splits.train.length).toBeLessThan(40);
  }
});

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test("numbers with a decimal comma, as spreadsheets write them with semicolons, are numbers", async () => {
  const rows = Array.from({ length: 24 }, (_, i) => `${i},${(i * 7) % 10}5;${["a", "b"][i % 2]}`);
  const source = await openFiles({ "mass.csv": ["mass;kind", ...rows].join("\n") });
  expect(source.summary.columns[0]).toMatchObject({ name: "mass", kind: "numeric", missing: 0 });
  const { inputs } = await prepared(source);
  expect(inputs.modality === "table" && inputs.encoder.features).toEqual(["mass"]);
});

test("a number that is constant in training says nothing of held-out rows, under any scaling but none", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},5,${["a", "b"][i % 2]}`);
  const files = {
    "train.csv": ["x,same,kind", ...rows].join("\n"),
    "test.csv": "x,same,kind\n3,900,a\n4,5,b",
  };
  const data = { train: "train.csv", test: "test.csv", label: "kind", kinds: { same: "numeric" as const } };
  for (const scaling of ["standard", "range"] as const) {
    const { values, encoder } = await encoderOf(await openFiles(files), { ...data, scaling });
    const at = encoder.features.indexOf("same");
    expect(new Set(values.filter((_, i) => i % encoder.features.length === at))).toEqual(new Set([0]));
    expect(encodeRow(encoder, { x: "3", same: "77" })[at]).toBe(0);
  }
  const { values, encoder } = await encoderOf(await openFiles(files), { ...data, scaling: "none" });
  expect(values[20 * encoder.features.length + encoder.features.indexOf("same")]).toBe(900);
});

test("missing numbers become the training mean with a flag, unknown categories zeros", async () => {
  const text = flowers(40, (i) => (i % 8 === 0 ? "NA" : `${i}`));
  const source = await openFiles({ "flowers.csv": text });
  const { encoder } = await encoderOf(source);
  expect(encoder.features).toEqual(["length", "length is missing", "colour = blue", "colour = red"]);
  expect([...encodeRow(encoder, { length: "", colour: "green" })]).toEqual([0, 1, 0, 0]);
  const [length = NaN, flag] = encodeRow(encoder, { length: "1000", colour: "red" });
  expect([length > 10, flag]).toEqual([true, 0]);
  expect(() => encodeRow(encoder, { length: "long", colour: "red" })).toThrow(/column "length": "long" is/);
});

test("kinds set by hand turn numbers into categories", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 4},${i % 2}`);
  const source = await openFiles({ "t.csv": ["size,kind", ...rows].join("\n") });
  const { encoder } = await encoderOf(source, { kinds: { size: "categorical" } });
  expect(encoder.features).toEqual(["size = 0", "size = 1", "size = 2", "size = 3"]);
});

test("the same seed gives the same data set, and the content's hash does not hang on the seed", async () => {
  const source = await openFiles({ "flowers.csv": flowers(60) });
  const again = await openFiles({ "flowers.csv": flowers(60) });
  const [a, b, c] = [await prepared(source), await prepared(again), await prepared(source, {}, 2)];
  expect(b.splits).toEqual(a.splits);
  expect(c.splits).not.toEqual(a.splits);
  expect([b.summary.sha256, c.summary.sha256]).toEqual([a.summary.sha256, a.summary.sha256]);
  const other = await prepared(await openFiles({ "flowers.csv": flowers(61) }));
  expect(other.summary.sha256).not.toBe(a.summary.sha256);
});

test("sentences that stand in training and in the test file are found, whatever their case and spaces", async () => {
  const train = [
    "play some jazz,Play",
    "book a table,Book",
    "Book a  Table ,Book",
    "add this song,Add",
    "play it now,Play",
  ];
  const held = ["PLAY some\tjazz,Play", "add this song,Play", "something new here,Book"];
  const csv = (rows: string[]): string => ["text,intent", ...rows].join("\n");
  const source = await openFiles({ "train.csv": csv(train), "test.csv": csv(held) });
  const { summary, item } = await prepared(source, { split: { validation: 0 } });
  expect(summary.duplicates).toMatchObject({ betweenSplits: 2, withinTrain: 1 });
  const pairs = summary.duplicates.examples;
  expect(pairs.map(({ sameLabel }) => sameLabel)).toEqual([true, false]);
  expect((await item(pairs[0]?.otherItem ?? -1)).origin).toBe("test.csv, row 2");
});

test("left-out rows are in no split, no encoder and no duplicate report", async () => {
  const source = await openFiles({ "flowers.csv": flowers(40) });
  const { summary, splits, item } = await prepared(source, {
    labelsPerClass: 2,
    split: { validation: 0.2, test: 0.2 },
  });
  expect(summary).toMatchObject({ train: 4, validation: 8, test: 8, leftOut: 20 });
  const used = new Set([...splits.train, ...splits.validation, ...splits.test]);
  const unused = Array.from({ length: 40 }, (_, i) => i).find((i) => !used.has(i)) as number;
  expect((await item(unused)).split).toBe("left-out");
});

test("flipped labels are training's alone, are said of each item, and change nothing else", async () => {
  const open = () => openFiles({ "flowers.csv": flowers(90) });
  const few = { labelsPerClass: 11, split: { validation: 0.2, test: 0.2 } };
  const clean = await prepared(await open(), few);
  const noisy = await prepared(await open(), { ...few, labelNoise: 0.36 });
  const { train, flipped } = noisy.summary;
  expect(flipped).toBe(Math.round(0.36 * train));
  expect(flipped).toBeGreaterThan(5);
  expect(clean.summary.flipped).toBe(0);
  expect(noisy.splits).toEqual(clean.splits);
  expect(noisy.inputs).toEqual(clean.inputs);
  expect(noisy.summary.classes).toEqual(clean.summary.classes);
  expect(noisy.summary.duplicates).toEqual(clean.summary.duplicates);
  const changed = Array.from(clean.labels, (_, i) => i).filter((i) => noisy.labels[i] !== clean.labels[i]);
  expect(changed).toHaveLength(flipped);
  for (const id of changed) {
    const { split, label, seenAs } = await noisy.item(id);
    expect(split).toBe("train");
    expect(label).toBe(clean.classes[clean.labels[id] as number]);
    expect(seenAs).toBe(clean.classes[noisy.labels[id] as number]);
  }
  expect((await noisy.item(noisy.splits.test[0] as number)).seenAs).toBeUndefined();
});

test("items keep file order, own files and line numbers", async () => {
  const source = await openFiles({ "test.csv": flowers(3), "train.csv": flowers(20) });
  const before = await source.items(19, 2);
  expect(before.map(({ id, origin }) => [id, origin])).toEqual([
    [19, "train.csv, row 21"],
    [20, "test.csv, row 2"],
  ]);
  await prepared(source);
  expect((await source.items(20, 1))[0]).toMatchObject({ split: "test", label: "a" });
});

test("the experiment's file names decide what a file is for", async () => {
  const files = { "a.csv": flowers(20), "b.csv": flowers(10) };
  const source = await openFiles(files);
  expect((await prepared(source, { train: "data/a.csv", test: "b.csv" })).summary).toMatchObject({ test: 10 });
  const { problems } = await refusal(prepared(source, { train: "a.csv", test: "c.csv" }));
  expect(problems[0]).toMatchObject({ file: "c.csv", message: expect.stringContaining("a.csv, b.csv are") });
  const twice = await refusal(prepared(source, { train: "a.csv", test: "a.csv" }));
  expect(twice.problems[0]?.message).toContain("both for train and for test");
});

test("a failed prepare leaves the source as it was", async () => {
  const source = await openFiles({ "flowers.csv": flowers(20) });
  await prepared(source);
  await refusal(prepared(source, { label: "no such column" }));
  expect((await source.items(0, 1))[0]?.split).not.toBe("left-out");
});

/** Many rows whose numbers take a while to read. */
function wide(rows: number): string {
  const names = Array.from({ length: 24 }, (_, i) => `x${i}`);
  const row = (i: number): string =>
    [...names.map((_, j) => `${((i * 31 + j * 17) % 1000) / 7}`), "ab"[i % 2]].join(",");
  return [[...names, "label"].join(","), ...Array.from({ length: rows }, (_, i) => row(i))].join("\n");
}

test("a cancel is heard while numbers are read, and forgotten by the next preparation", async () => {
  const source = await openFiles({ "wide.csv": wide(20_000) });
  const abort = new AbortController();
  const told: string[] = [];
  // Only a task of its own can call it off: it waits until the preparation lets messages in.
  setImmediate(() => abort.abort());
  const called = source.prepare(proposed(source), { signal: abort.signal, progress: (what) => told.push(what) });
  await expect(called).rejects.toThrow("Cancelled.");
  expect(told).not.toContain("Looking for duplicates");
  expect((await prepared(source)).summary.classes.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("a digest that was called off is computed anew", async () => {
  const source = await openFiles({ "flowers.csv": flowers(5000) });
  const abort = new AbortController();
  const progress = (what: string): void => {
    if (what === "Looking for duplicates") abort.abort();
  };
  await expect(source.prepare(proposed(source), { signal: abort.signal, progress })).rejects.toThrow("Cancelled.");
  const again = await prepared(source);
  expect(again.summary.sha256).toBe((await prepared(await openFiles({ "flowers.csv": flowers(5000) }))).summary.sha256);
});
