import { expect, test } from "vitest";
import { decodePng, openFiles, proposed, quietWork, refusal } from "../testing/fixtures.ts";
import { png, squares, zip } from "../testing/pictures.ts";

const prepared = async (source: Awaited<ReturnType<typeof openFiles>>, data = {}) =>
  source.prepare(proposed(source, data), quietWork());

test("class folders in a zip become classes, whatever common folder and leavings lie around them", async () => {
  const files = {
    ...squares({ cat: 4, dog: 3 }, "photos/2024/"),
    "__MACOSX/photos/2024/cat/._0.png": "junk",
    "photos/.DS_Store": "junk",
    "photos/2024/cat/Thumbs.db": "junk",
  };
  const source = await openFiles({ "pets.zip": zip(files) });
  expect(source.summary).toMatchObject({ kind: "images", name: "pets.zip", rows: 7, problems: [] });
  const dataset = await prepared(source);
  expect(dataset.classes).toEqual(["cat", "dog"]);
  expect(dataset.inputs).toMatchObject({ height: 4, width: 4, channels: 1 });
  const items = await source.items(0, 10);
  expect(items.map((item) => [item.origin, item.label])).toContainEqual(["pets.zip/photos/2024/dog/2.png", "dog"]);
});

test("pixels of each item are those of its file, in the order of items", async () => {
  const source = await openFiles(squares({ a: 3, b: 2 }));
  const { inputs, labels } = await prepared(source);
  if (inputs.modality !== "image") throw new Error("not images");
  const firsts = Array.from(labels, (_, item) => inputs.pixels[item * 16]);
  expect(firsts).toEqual([1, 2, 3, 51, 52]);
});

test("one coloured image makes all of them three-channelled, and keeps the grey ones grey", async () => {
  const red = png(2, 2, [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]);
  const source = await openFiles({ ...squares({ a: 2 }, "", 2), "b/0.png": red, "b/1.png": png(2, 2, [9, 9, 9, 9]) });
  const { inputs } = await prepared(source, { split: { validation: 0, test: 0 } });
  if (inputs.modality !== "image") throw new Error("not images");
  expect(inputs.channels).toBe(3);
  expect([...inputs.pixels.subarray(0, 3), ...inputs.pixels.subarray(24, 27)]).toEqual([1, 1, 1, 255, 0, 0]);
  expect([...inputs.pixels.subarray(36, 39)]).toEqual([9, 9, 9]);
});

test("train, val and test folders are splits, and a share of the training items is not held out again", async () => {
  const source = await openFiles({
    "set.zip": zip({
      ...squares({ a: 5, b: 5 }, "set/train/"),
      ...squares({ a: 2, b: 1 }, "set/val/"),
      ...squares({ a: 1, b: 2 }, "set/test/"),
    }),
  });
  const { summary, splits } = await prepared(source);
  expect(summary).toMatchObject({ train: 10, validation: 3, test: 3 });
  expect([...splits.train, ...splits.validation, ...splits.test]).toEqual(Array.from({ length: 16 }, (_, i) => i));
  const [held] = await source.items(10, 1);
  expect(held).toMatchObject({ split: "validation", origin: "set.zip/set/val/a/0.png" });
});

test("a zip named for the test set is held out whole, although its folder says train", async () => {
  const source = await openFiles({
    "train.zip": zip(squares({ a: 5, b: 5 }, "train/")),
    "test.zip": zip(squares({ a: 2, b: 2 }, "train/")),
  });
  expect(source.summary.guess.data).toMatchObject({ train: "train.zip", test: "test.zip" });
  expect((await prepared(source)).summary).toMatchObject({ train: 8, validation: 2, test: 4 });
});

test("copies of training images among the test images are found by content", async () => {
  const source = await openFiles({
    "train.zip": zip(squares({ a: 4, b: 4 })),
    "test.zip": zip({
      "a/new.png": png(4, 4, new Array(16).fill(200)),
      "b/old.png": png(4, 4, new Array(16).fill(51)),
    }),
  });
  const { summary, item } = await prepared(source, { split: { validation: 0 } });
  expect(summary.duplicates).toMatchObject({ betweenSplits: 1, withinTrain: 0 });
  const [pair] = summary.duplicates.examples;
  expect(pair).toMatchObject({ other: "test", sameLabel: true });
  expect((await item(pair?.otherItem ?? -1)).origin).toBe("test.zip/b/old.png");
});

test("metadata.csv and metadata.jsonl give labels and name rows without an image", async () => {
  const images = { "img/1.png": png(2, 2, [1, 1, 1, 1]), "img/2.png": png(2, 2, [2, 2, 2, 2]) };
  const more = { "img/3.png": png(2, 2, [3, 3, 3, 3]), "img/4.png": png(2, 2, [4, 4, 4, 4]) };
  const csv = "file_name,kind\nimg/1.png,x\nimg/2.png,y\nimg/3.png,x\nimg/4.png,y\n";
  const source = await openFiles({ "set.zip": zip({ ...images, ...more, "metadata.csv": csv }) });
  expect(source.summary.guess.data).toMatchObject({ label: "kind", text: "file_name" });
  const { labels, classes } = await prepared(source);
  expect([...labels].map((label) => classes[label])).toEqual(["x", "y", "x", "y"]);

  const lines = ["1", "2", "3", "9"].map((n) => JSON.stringify({ file_name: `${n}.png`, kind: n > "1" ? "x" : "y" }));
  const wrong = openFiles({ "set.zip": zip({ ...images, ...more, "img/metadata.jsonl": lines.join("\n") }) });
  const { problems, skippable } = await refusal(wrong);
  expect(problems).toMatchObject([{ file: "set.zip/img/metadata.jsonl", row: 4, column: "file_name" }]);
  expect(skippable).toBe(1);
});

test("metadata without a label leave the classes to the folders", async () => {
  const names = ["a/0.png", "a/1.png", "b/0.png", "b/1.png"];
  const csv = ["file_name,width", ...names.map((name, i) => `${name},${i * 1.5}`)].join("\n");
  const source = await openFiles({ "set.zip": zip({ ...squares({ a: 2, b: 2 }), "metadata.csv": csv }) });
  expect((await prepared(source)).classes).toEqual(["a", "b"]);
});

test("images in no class folder are refused, or left out where only some are", async () => {
  const loose = { "1.png": png(2, 2, [1, 1, 1, 1]), "2.png": png(2, 2, [2, 2, 2, 2]) };
  expect((await refusal(openFiles({ "set.zip": zip(loose) }))).problems[0]?.message).toContain("no class folders");
  const mixed = { ...squares({ a: 2, b: 2 }), ...loose };
  expect((await refusal(openFiles({ "set.zip": zip(mixed) }))).skippable).toBe(2);
  expect((await openFiles({ "set.zip": zip(mixed) }, { skipBad: true })).summary.rows).toBe(4);
});

test("images are resized to the side asked for, and decoded once for any number of seeds", async () => {
  let decoded = 0;
  const { openWith } = await import("../open.ts");
  const { dropped } = await import("../testing/fixtures.ts");
  const counting = openWith((bytes, side) => {
    decoded += 1;
    return decodePng(bytes, side);
  });
  const source = await counting(dropped(squares({ a: 5, b: 5 }, "", 8)), { skipBad: false, maxRows: 100 }, quietWork());
  expect(decoded).toBe(0);
  const first = await source.prepare(proposed(source, { imageSide: 4 }), quietWork());
  const second = await source.prepare(proposed(source, { imageSide: 4, labelsPerClass: 2 }, 2), quietWork());
  expect(decoded).toBe(10);
  expect(first.summary.input).toMatchObject({ height: 4, width: 4 });
  expect(second.summary).toMatchObject({ train: 4, sha256: first.summary.sha256 });
  expect([...second.splits.test]).not.toEqual([...first.splits.test]);
});
