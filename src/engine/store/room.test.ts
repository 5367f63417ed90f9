import { afterEach, expect, test, vi } from "vitest";
import type { BlobShelf } from "./blobs/blob-shelf.ts";
import { Blobs } from "./blobs/blobs.ts";
import { KeptFeatureCache } from "./kept-features.ts";
import { bytesOf, checkpointAt, type Disk, newDisk, startOf, storeOn, textOf } from "./testing/stores.ts";

afterEach(() => vi.restoreAllMocks());

/** A shelf for so many bytes. */
function small(shelf: BlobShelf, most: number): BlobShelf {
  const taken = async (): Promise<number> => {
    let sum = 0;
    for (const hash of await shelf.hashes()) sum += (await shelf.open(hash))?.size ?? 0;
    return sum;
  };
  return {
    ...shelf,
    lasting: true,
    async draft() {
      const draft = await shelf.draft();
      let drafted = 0;
      return {
        ...draft,
        async write(bytes) {
          drafted += bytes.length;
          if ((await taken()) + drafted > most) throw new DOMException("No more.", "QuotaExceededError");
          await draft.write(bytes);
        },
      };
    },
  };
}

async function smallStore(most: number): Promise<{ disk: Disk; store: ReturnType<typeof storeOn> }> {
  const disk = await newDisk();
  const store = await storeOn(disk, { blobs: new Blobs(small(disk.shelf, most)) }).open();
  return { disk, store };
}

const features = (length: number, value: number) => new Map([[3, new Float32Array(length).fill(value)]]);

test("a full disk is told, with what was not kept and how much is free, and the former checkpoint stays", async () => {
  const { store } = await smallStore(1000);
  await store.runs.begin(startOf("a"));
  await store.runs.keepCheckpoint("a", new Uint8Array(600), checkpointAt(3));
  const more = store.runs.keepCheckpoint("a", new Uint8Array(700), checkpointAt(6));
  await expect(more).rejects.toThrow(
    'There is no room to keep the checkpoint of the run "Run 1" (0.0 MB). The browser gives no more room. What was kept before is unchanged. Delete runs',
  );
  await expect(more).rejects.toMatchObject({ fault: "full", cause: { name: "QuotaExceededError" } });
  expect((await store.runs.checkpoint("a"))?.length).toBe(600);
  expect((await store.read()).runs[0]?.checkpoint?.step).toBe(3);
  await store.runs.keepCheckpoint("a", bytesOf("small"), checkpointAt(9));
  expect(textOf(await store.runs.checkpoint("a"))).toBe("small");
});

test("so is a full database, and what was written for it is freed", async () => {
  const disk = await newDisk();
  const catalogue = {
    ...disk.catalogue,
    write: async () => {
      throw new DOMException("No more.", "QuotaExceededError");
    },
  };
  const before = await storeOn(disk).open();
  await before.runs.begin(startOf("a"));
  before.runs.letGo("a");
  const store = storeOn(disk, { catalogue, free: async () => 0 });
  await expect(
    store.sources.keep(
      "ab".repeat(32),
      "d.csv",
      { files: [{ path: "d.csv", file: new Blob(["x"]) }], roles: {} },
      { skipBad: false, maxRows: null },
      new Date(),
    ),
  ).rejects.toThrow(/no room to keep the data set "d.csv" \(0\.0 MB\)\. The browser gives 0\.0 MB more/);
  expect(await disk.shelf.hashes()).toEqual([]);
});

test("features make way for everything else", async () => {
  const { store } = await smallStore(2000);
  const cache = new KeptFeatureCache(async () => store.kept);
  await cache.write("one", features(300, 1));
  expect(await cache.read("one")).toEqual(features(300, 1));
  await store.runs.begin(startOf("a"));
  await store.runs.keepCheckpoint("a", new Uint8Array(1500), checkpointAt(3));
  expect((await store.runs.checkpoint("a"))?.length).toBe(1500);
  expect(await cache.read("one")).toBeNull();
});

test("beyond their bound those features go that were unused for longest", async () => {
  const { store } = await smallStore(1e6);
  let now = 0;
  const cache = new KeptFeatureCache(
    async () => store.kept,
    2500,
    () => new Date(now),
  );
  for (const name of ["one", "two"]) {
    now += 1e6;
    await cache.write(name, features(250, 2));
  }
  now += 1e6;
  await cache.read("one");
  now += 1e6;
  await cache.write("three", features(250, 2.5));
  expect([...((await cache.read("one")) ?? [])]).toHaveLength(1);
  expect(await cache.read("two")).toBeNull();
  expect(await cache.read("three")).toEqual(features(250, 2.5));
  await cache.write("too large", features(1000, 3));
  expect(await cache.read("too large")).toBeNull();
});

test("damaged features are computed anew", async () => {
  const { disk, store } = await smallStore(1e6);
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const cache = new KeptFeatureCache(async () => store.kept);
  await cache.write("one", features(3, 4));
  const [hash] = await disk.shelf.hashes();
  const draft = await disk.shelf.draft();
  await draft.finish(hash as string);
  expect(await cache.read("one")).toBeNull();
  await cache.write("one", features(3, 4));
  expect(await cache.read("one")).toEqual(features(3, 4));
});
