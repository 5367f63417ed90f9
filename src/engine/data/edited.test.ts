import { expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { Source } from "./dataset.ts";
import { excludedBy } from "./edited.ts";
import { openFiles, proposed, quietWork, refusal } from "./testing/fixtures.ts";
import { png } from "./testing/pictures.ts";

type Data = Partial<ExperimentFile["data"]>;
const prepared = (source: Source, data: Data = {}) => source.prepare(proposed(source, data, 5), quietWork());

/** `length,kind`: 60 rows, every third of the class b, the rest a. */
const TABLE = ["length,kind", ...Array.from({ length: 60 }, (_, i) => `${i % 3 ? 1 : 5}.${i},${i % 3 ? "a" : "b"}`)];
const table = () => openFiles({ "t.csv": TABLE.join("\n") });
const SHARES = { split: { validation: 0.25, test: 0.25 } };

test("a relabelled item keeps its place with its new class, and nothing else moves", async () => {
  const source = await table();
  const before = await prepared(source, SHARES);
  const item = before.splits.test.find((id) => before.labels[id] === 0) as number;
  const after = await prepared(source, { ...SHARES, edits: { [item]: { label: "b" } } });
  expect(after.splits).toEqual(before.splits);
  expect(Array.from(after.labels).filter((label, id) => label !== before.labels[id])).toEqual([1]);
  expect(await after.item(item)).toMatchObject({ split: "test", label: "b", edited: { label: "a", split: "test" } });
  expect(await before.item(item)).not.toHaveProperty("edited");
  expect(after.summary.edits).toEqual({
    relabelled: { train: 0, validation: 0, test: 1 },
    excluded: { train: 0, validation: 0, test: 0 },
  });
  const [a, b] = after.summary.classes;
  expect([a?.test, b?.test]).toEqual([
    (before.summary.classes[0]?.test as number) - 1,
    (before.summary.classes[1]?.test as number) + 1,
  ]);
});

test("an excluded item leaves its split, and nothing else moves", async () => {
  const source = await table();
  const before = await prepared(source, SHARES);
  const [train, held] = [before.splits.train[4] as number, before.splits.validation[2] as number];
  const edits = { [train]: { exclude: true }, [held]: { exclude: true } } as const;
  const after = await prepared(source, { ...SHARES, edits });
  expect([...after.splits.train]).toEqual([...before.splits.train].filter((id) => id !== train));
  expect([...after.splits.validation]).toEqual([...before.splits.validation].filter((id) => id !== held));
  expect(after.splits.test).toEqual(before.splits.test);
  expect(await after.item(held)).toMatchObject({ split: "left-out", edited: { split: "validation" } });
  expect(after.summary).toMatchObject({ leftOut: 2, edits: { excluded: { train: 1, validation: 1, test: 0 } } });
});

test("few-shot choice and label noise of the other items stay as they were", async () => {
  const source = await table();
  const plan = { ...SHARES, labelsPerClass: 8, labelNoise: 0.4 };
  const before = await prepared(source, plan);
  const [first, second] = [...before.splits.train] as [number, number];
  const label = before.classes[1 - (before.labels[second] as number)] as string;
  const after = await prepared(source, { ...plan, edits: { [first]: { exclude: true }, [second]: { label } } });
  expect([...after.splits.train]).toEqual([...before.splits.train].slice(1));
  for (const id of after.splits.train) if (id !== second) expect(after.labels[id]).toBe(before.labels[id]);
});

test("the hash tells edits apart, whatever their order, and the content's name does not", async () => {
  const source = await table();
  const of = (edits: NonNullable<Data["edits"]>) => prepared(source, { edits });
  const plain = await of({});
  const one = await of({ 3: { label: "a" } });
  const two = await of({ 3: { exclude: true } });
  expect(new Set([plain, one, two].map(({ summary }) => summary.sha256)).size).toBe(3);
  expect([one.summary.contentSha256, two.summary.contentSha256]).toEqual([
    plain.summary.contentSha256,
    plain.summary.contentSha256,
  ]);
  const again = await of(JSON.parse('{"10":{"exclude":true},"9":{"label":"a"}}'));
  const turned = await of(JSON.parse('{"9":{"label":"a"},"10":{"exclude":true}}'));
  expect(turned.summary.sha256).toBe(again.summary.sha256);
  expect(plain.summary.sha256).toBe(plain.summary.contentSha256);
});

test("an item or a class that is not there is refused with the edit's field", async () => {
  const source = await table();
  const of = (edits: NonNullable<Data["edits"]>) => refusal(prepared(source, { edits }));
  expect((await of({ 60: { exclude: true } })).problems[0]).toMatchObject({
    file: "t.csv",
    message: "The experiment's data.edits.60 names item 60, but the last of these data is 59.",
  });
  expect((await of({ 7: { label: "c" } })).problems[0]).toMatchObject({
    message: 'The experiment\'s data.edits.7 relabels item 7 as "c", which is no class of these data.',
    action: 'Choose "a", "b", or take the edit out.',
  });
});

test("a row that cannot be read is cured by excluding it, as by skipping it", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `please send order ${i} back to me,${i % 3}`);
  rows[11] = ",2";
  const files = { "tickets.csv": ["message,topic", ...rows].join("\n") };
  const source = await openFiles(files);
  expect((await refusal(prepared(source))).problems[0]).toMatchObject({ row: 13, message: "The text is empty." });
  const tolerant = await source.prepare(proposed(source, {}, 5), quietWork(), true);
  expect([...tolerant.unusable]).toEqual([11]);
  const cured = await prepared(source, { edits: { 11: { exclude: true } } });
  expect(cured.splits).toEqual((await prepared(await openFiles(files, { skipBad: true }))).splits);
  expect(excludedBy({ data: proposed(source, { edits: { 11: { exclude: true } } }).data })(11)).toBe(true);
});

test("images are edited like rows", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`pets/${i % 2 ? "dog" : "cat"}/${i}.png`, png(2, 2, [i, 2 * i, 3, 4])]),
  );
  const source = await openFiles(files);
  const before = await prepared(source, SHARES);
  const item = before.splits.train[0] as number;
  const other = before.classes[1 - (before.labels[item] as number)] as string;
  const after = await prepared(source, { ...SHARES, edits: { [item]: { label: other } } });
  expect(await after.item(item)).toMatchObject({ label: other, split: "train", edited: { split: "train" } });
  expect(after.summary.sha256).not.toBe(before.summary.sha256);
  expect(after.summary.contentSha256).toBe(before.summary.contentSha256);
});

test("an item beyond the labels per class is relabelled for when it takes part; one without a label is not", async () => {
  const source = await openFiles({ "t.csv": [...TABLE, "9.5,"].join("\n") });
  const plan = { ...SHARES, labelsPerClass: 3 };
  const before = await prepared(source, plan);
  const used = Object.values(before.splits).flatMap((items) => [...items]);
  const item = Array.from({ length: 60 }, (_, id) => id).find((id) => !used.includes(id) && before.labels[id] === 0);
  const after = await prepared(source, { ...plan, edits: { [item as number]: { label: "b" }, 60: { label: "b" } } });
  expect(after.splits).toEqual(before.splits);
  expect(await after.item(item as number)).toMatchObject({ label: "b", split: "left-out", edited: { label: "a" } });
  expect(await after.item(60)).toMatchObject({ label: "", split: "left-out" });
  expect(after.summary.edits).toEqual(before.summary.edits);
});
