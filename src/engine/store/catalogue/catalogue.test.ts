import "fake-indexeddb/auto";
import { deleteDB, openDB } from "idb";
import { describe, expect, test } from "vitest";
import type { Catalogue, Change } from "./catalogue.ts";
import { databaseCatalogue } from "./database.ts";
import { memoryCatalogue } from "./memory-catalogue.ts";

const entry = (name: string, ...hashes: string[]): Change["value"] =>
  ({
    version: 1,
    name,
    blobs: Object.fromEntries(hashes.map((hash) => [hash, { hash, bytes: 1 }])),
  }) as Change["value"];

const make: [string, () => Promise<Catalogue>][] = [
  ["in IndexedDB", () => databaseCatalogue("catalogue-laws")],
  ["in memory", async () => memoryCatalogue()],
];

describe.each(make)("a catalogue %s", (_, open) => {
  test("keeps, replaces and deletes entries, and knows which blobs are referred to", async () => {
    const catalogue = await open();
    await catalogue.write([
      { table: "runs", key: "a", value: entry("first", "x", "y") },
      { table: "sources", key: "a", value: entry("data", "y") },
    ]);
    expect(await catalogue.get("runs", "a")).toEqual(entry("first", "x", "y"));
    expect(await catalogue.referred()).toEqual(new Set(["x", "y"]));
    await catalogue.write([
      { table: "runs", key: "a", value: entry("second", "z") },
      { table: "runs", key: "b", value: entry("other") },
    ]);
    expect(await catalogue.referred(["x", "y", "z"])).toEqual(new Set(["y", "z"]));
    expect(await catalogue.all("runs")).toEqual([
      { key: "a", value: entry("second", "z") },
      { key: "b", value: entry("other") },
    ]);
    await catalogue.write([{ table: "runs", key: "a", value: null }]);
    expect(await catalogue.get("runs", "a")).toBeUndefined();
    expect(await catalogue.get("sources", "a")).toEqual(entry("data", "y"));
  });
});

test("a write that fails in the middle changes nothing", async () => {
  const catalogue = await databaseCatalogue("catalogue-atomic");
  const bad = { ...entry("bad"), name: () => {} } as unknown as Change["value"];
  await catalogue.write([{ table: "runs", key: "a", value: entry("old") }]);
  const changes: Change[] = [
    { table: "runs", key: "a", value: entry("new") },
    { table: "sources", key: "b", value: bad },
  ];
  await expect(catalogue.write(changes)).rejects.toThrow();
  expect(await catalogue.get("runs", "a")).toEqual(entry("old"));
});

test("a database of a newer version is refused, and left as it is", async () => {
  const newer = await openDB("catalogue-newer", 7, {
    upgrade: (database) => void database.createObjectStore("runs").put("kept", "a"),
  });
  newer.close();
  await expect(databaseCatalogue("catalogue-newer")).rejects.toMatchObject({ fault: "newer" });
  const again = await openDB("catalogue-newer");
  expect([again.version, await again.get("runs", "a")]).toEqual([7, "kept"]);
});

test("it makes way for whoever wants to change the database, and comes back", async () => {
  const catalogue = await databaseCatalogue("catalogue-blocking");
  await deleteDB("catalogue-blocking");
  await catalogue.write([{ table: "runs", key: "a", value: entry("new") }]);
  expect(await catalogue.all("runs")).toHaveLength(1);
});
