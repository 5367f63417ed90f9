import { describe, expect, test } from "vitest";
import { memoryShelf } from "./memory-shelf.ts";
import { type ModelOfRecord, ModelStore } from "./store.ts";

const model = (id: string, commit: string, revision = "main"): ModelOfRecord => ({
  id,
  revision,
  commit,
  licence: "mit",
});
const DAY = (day: number) => new Date(Date.UTC(2026, 10, day));

async function keep(store: ModelStore, of: ModelOfRecord, files: Record<string, string>, when = DAY(1)): Promise<void> {
  const draft = store.draft(of);
  for (const [name, content] of Object.entries(files)) {
    const writer = await draft.write(name, 0);
    await writer.write(new TextEncoder().encode(content));
    await writer.close();
    draft.finish(name, content.length);
  }
  await draft.complete(when);
}

async function put(store: ModelStore, of: ModelOfRecord, name: string, at: number, content: string): Promise<void> {
  const writer = await store.draft(of).write(name, at);
  await writer.write(new TextEncoder().encode(content));
  await writer.close();
}

describe("a store of models", () => {
  test("lists whole models, the latest first, and gives their files", async () => {
    const store = new ModelStore(memoryShelf());
    await keep(store, model("a/x", "c1"), { "config.json": "{}", "1_Pooling/config.json": "{1}" });
    await keep(store, model("b/y", "c2"), { "config.json": "{22}" }, DAY(3));
    await keep(store, model("a/x", "c3"), { "config.json": "{333}" }, DAY(2));
    expect(await store.list()).toMatchObject([
      { id: "b/y", commit: "c2", bytes: 4, savedAt: "2026-11-03T00:00:00.000Z" },
      { id: "a/x", commit: "c3", bytes: 5 },
      {
        id: "a/x",
        commit: "c1",
        bytes: 5,
        revision: "main",
        licence: "mit",
        files: [{ name: "config.json", bytes: 2 }, {}],
      },
    ]);
    expect(await store.size()).toEqual({ models: 14, room: null });
    const files = await store.open({ id: "a/x", commit: "c1" });
    expect(files.origin).toEqual({ id: "a/x", revision: "c1" });
    expect(files.names).toEqual(["config.json", "1_Pooling/config.json"]);
    expect(await (await files.open("1_Pooling/config.json"))?.text()).toBe("{1}");
    expect(files.size("1_Pooling/config.json")).toBe(3);
    expect([await files.open("record.json"), files.size("record.json")]).toEqual([null, null]);
  });

  test("finds a model by revision, the latest, or by commit", async () => {
    const store = new ModelStore(memoryShelf());
    await keep(store, model("a/x", "c1"), { f: "1" }, DAY(1));
    await keep(store, model("a/x", "c2"), { f: "2" }, DAY(2));
    await keep(store, model("a/x", "c3", "v1"), { f: "3" }, DAY(3));
    expect(await store.find("a/x", "main")).toMatchObject({ commit: "c2" });
    expect(await store.find("a/x", "c1")).toMatchObject({ commit: "c1" });
    expect(await store.find("a/x", "v1")).toMatchObject({ commit: "c3" });
    expect(await store.find("a/y", "main")).toBeNull();
  });

  test("forgets what is removed", async () => {
    const store = new ModelStore(memoryShelf());
    await keep(store, model("a/x", "c1"), { f: "1" });
    await store.remove({ id: "a/x", commit: "c1" });
    await store.remove({ id: "a/x", commit: "c1" });
    expect(await store.list()).toEqual([]);
    expect(await store.shelf.folders()).toEqual([]);
  });

  test("does not count a model that is not finished, or no longer whole", async () => {
    const store = new ModelStore(memoryShelf());
    await keep(store, model("a/x", "c1"), { f: "123" });
    await put(store, model("b/y", "c2"), "f", 0, "half of i");
    expect(await store.list()).toMatchObject([{ id: "a/x" }]);
    await expect(store.open({ id: "b/y", commit: "c2" })).rejects.toThrow(
      "b/y@c2: The model is not kept here, or not whole.",
    );
    await put(store, model("a/x", "c1"), "f", 2, "");
    expect(await store.list()).toEqual([]);
    await put(store, model("a/x", "c1"), "f", 2, "3");
    expect(await store.list()).toMatchObject([{ id: "a/x" }]);
    await store.removeUnfinished();
    expect(await store.shelf.folders()).toEqual(["a%2Fx@c1"]);
  });

  test.each([
    "",
    "{",
    "[]",
    '{"version":2}',
    '{"version":1,"id":"c/z","commit":"c9","revision":"main","licence":null,"savedAt":"2026-11-01T00:00:00.000Z","files":[]}',
  ])("does not trust a record that was cut off or is of another model: %s", async (content) => {
    const shelf = memoryShelf();
    const writer = await shelf.write("a%2Fx@c1", "record.json", 0);
    await writer.write(new TextEncoder().encode(content));
    await writer.close();
    expect(await new ModelStore(shelf).list()).toEqual([]);
  });
});
