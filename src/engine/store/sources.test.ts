import { expect, test } from "vitest";
import { contentIdOf } from "../data/content-id.ts";
import type { Work } from "../data/dataset.ts";
import { afterCrash, newDisk, startOf, storeOn } from "./testing/stores.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
const SETTINGS = { skipBad: true, maxRows: 500 };
const NOW = new Date("2026-03-04T05:06:07Z");

const named = (path: string, content: string) => ({ path, file: new Blob([content]) });
const idOf = (files: ReturnType<typeof named>[], roles = {}) => contentIdOf({ kind: "files", files, roles }, WORK);

test("two thousand small files are one blob, and come back with their paths, roles and settings", async () => {
  const disk = await newDisk();
  const store = await storeOn(disk).open();
  const files = Array.from({ length: 2000 }, (_, i) => named(`photos/${i % 3}/${i}.png`, i === 7 ? "" : `pixels ${i}`));
  const roles = { test: "photos" };
  const contentId = await idOf(files, roles);
  await store.sources.keep(contentId, "photos", { files, roles }, SETTINGS, NOW);
  await store.sources.keep(contentId, "again", { files, roles }, SETTINGS, NOW);
  expect(await disk.shelf.hashes()).toHaveLength(1);

  const later = await storeOn(disk).open();
  const { sources, problems } = await later.read();
  expect(problems).toEqual([]);
  expect(sources).toMatchObject([{ contentId, name: "photos", numFiles: 2000, keptAt: NOW.toISOString() }]);
  expect(sources[0]?.files).toHaveLength(100);
  const { source, settings } = await later.sources.source(contentId);
  expect(settings).toEqual(SETTINGS);
  if (source.kind !== "files") throw new Error(source.kind);
  expect(source.roles).toEqual(roles);
  expect(source.files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  const texts = await Promise.all([0, 7, 8, 1999].map((i) => source.files[i]?.file.text()));
  expect(texts).toEqual(["pixels 0", "", "pixels 8", "pixels 1999"]);
  expect(await contentIdOf(source, WORK)).toBe(contentId);
});

test("data stay while a run refers to them, and go with the last one", async () => {
  const disk = await newDisk();
  const store = await storeOn(disk).open();
  const files = [named("a.csv", "x,y\n1,2")];
  const contentId = await idOf(files);
  await store.runs.begin(startOf("a", { source: { name: "a.csv", contentId } }));
  await store.sources.keep(contentId, "a.csv", { files, roles: {} }, SETTINGS, NOW);
  expect(await store.purge()).toBe(0);
  expect((await store.read()).sources).toHaveLength(1);
  const later = await storeOn(afterCrash(disk)).open();
  await later.runs.remove(["a"], NOW);
  expect(await later.purge()).toBe(7);
  expect((await later.read()).sources).toEqual([]);
  expect(await disk.shelf.hashes()).toEqual([]);
});

test("data that were opened again without their bad items are opened so from then on", async () => {
  const store = await storeOn(await newDisk()).open();
  const files = [named("a.csv", "x,y\n1,2")];
  const contentId = await idOf(files);
  for (const skipBad of [false, true, false])
    await store.sources.keep(contentId, "a.csv", { files, roles: {} }, { skipBad, maxRows: null }, NOW);
  expect((await store.sources.source(contentId)).settings).toEqual({ skipBad: true, maxRows: null });
  expect((await store.read()).sources).toHaveLength(1);
});

test("data that a tab has opened are not cleared away from under it", async () => {
  const disk = await newDisk();
  const [one, two] = [await storeOn(disk).open(), await storeOn(disk).open()];
  const files = [named("a.csv", "x,y\n1,2")];
  const contentId = await idOf(files);
  await one.sources.keep(contentId, "a.csv", { files, roles: {} }, SETTINGS, NOW);
  const { source } = await two.sources.source(contentId);
  expect(await one.purge()).toBe(0);
  expect(await contentIdOf(source, WORK)).toBe(contentId);
  expect(await (await storeOn(afterCrash(disk)).open()).read()).toMatchObject({ sources: [] });
});

test("data can be deleted by hand, and are asked for by then; samples need not be kept", async () => {
  const store = await storeOn(await newDisk()).open();
  const files = [named("a.csv", "x,y\n1,2")];
  const contentId = await idOf(files);
  await store.sources.keep(contentId, "a.csv", { files, roles: {} }, SETTINGS, NOW);
  await store.sources.remove(contentId);
  await expect(store.sources.source(contentId)).rejects.toThrow(/not kept here. Open their file or folder again/);
  expect(await store.sources.source("sample:iris")).toEqual({ source: { kind: "sample", id: "iris" }, settings: null });
});

test("damaged data are told by name and not opened", async () => {
  const disk = await newDisk();
  const store = await storeOn(disk).open();
  const files = [named("a.csv", "x,y\n1,2")];
  const contentId = await idOf(files);
  await store.sources.keep(contentId, "a.csv", { files, roles: {} }, SETTINGS, NOW);
  const [hash] = (await disk.shelf.hashes()) as [string];
  const draft = await disk.shelf.draft();
  await draft.write(new TextEncoder().encode("x,y\n1,3"));
  await draft.finish(hash);
  await expect(store.sources.source(contentId)).rejects.toThrow(
    /content of the data set "a.csv": the file .* is damaged/,
  );
  expect((await store.read()).problems).toEqual([expect.stringContaining(hash)]);
});
