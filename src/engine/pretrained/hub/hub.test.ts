import { describe, expect, test } from "vitest";
import { quietWork } from "../../data/testing/fixtures.ts";
import { readConfig } from "../config-files/read-config.ts";
import { openPretrained } from "../open-pretrained.ts";
import { memoryShelf } from "../store/memory-shelf.ts";
import { COMMIT, startHub } from "../testing/hub-server.ts";
import { tensorsOf, weightsOf } from "../testing/models.ts";
import { ADDRESS, CONTENTS, TinyHub, untilDone, WEIGHTS } from "../testing/tiny-hub.ts";

const tiny = TinyHub.forEachTest();

describe("a repository", () => {
  test("is listed first: what would be fetched, how much, at which commit", async () => {
    const repository = await tiny.hub().list(ADDRESS, untilDone());
    expect(tiny.server.requests).toEqual(["/api/models/owner/tiny/revision/main"]);
    expect(repository).toMatchObject({ ...ADDRESS, commit: COMMIT, licence: "mit" });
    const needed = [
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "modules.json",
      "1_Pooling/config.json",
      "README.md",
    ];
    expect(repository.files.map(({ name }) => name)).toEqual(needed);
    const bytes = needed.map((name) => new Blob([CONTENTS[name] ?? ""]).size);
    expect(repository.bytes).toBe(bytes.reduce((a, b) => a + b, 0));
  });

  test("is downloaded at that commit and opened from what is kept", async () => {
    const hub = tiny.hub(true, `${tiny.server.base}/`);
    const shares: number[] = [];
    const repository = await hub.list(ADDRESS, untilDone());
    const files = await hub.download(repository, {
      signal: untilDone(),
      progress: (what, done, total) => shares.push(what === "Downloading owner/tiny" ? done / total : -1),
    });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(tiny.server.requests.slice(1)).toEqual(
      repository.files.map(
        ({ name }) => `/owner/tiny/resolve/${COMMIT}/${encodeURIComponent(name).replace("%2F", "/")}`,
      ),
    );
    const model = await openPretrained(files, quietWork());
    expect(model).toMatchObject({ id: "owner/tiny", revision: COMMIT, licence: "mit", config: { pooling: "mean" } });
    expect(await hub.store.list()).toMatchObject([
      { ...ADDRESS, commit: COMMIT, licence: "mit", bytes: repository.bytes },
    ]);
    const before = tiny.server.requests.length;
    await hub.download(repository, quietWork());
    expect(tiny.server.requests).toHaveLength(before);
  });

  test("says what its model is by its small files, which are not fetched again with the others", async () => {
    const hub = tiny.hub();
    const repository = await hub.list(ADDRESS, untilDone());
    const described = await hub.describe(repository, { signal: untilDone() });
    expect(described.names).toEqual(["config.json", "modules.json", "1_Pooling/config.json", "README.md"]);
    expect(await readConfig(described)).toMatchObject({ family: "bert", pooling: "mean" });
    expect(await hub.store.list()).toEqual([]);
    const before = tiny.server.requests.length;
    await hub.download(repository, quietWork());
    const fetched = tiny.server.requests.slice(before).map((path) => path.split("/").at(-1));
    expect(fetched).toEqual(["model.safetensors", "tokenizer.json"]);
  });

  test("may have its weights in parts", async () => {
    await tiny.server.close();
    const { "model.safetensors": whole, ...others } = CONTENTS;
    const [first = "", ...rest] = Object.keys(tensorsOf("bert"));
    const part = (i: number) => `model-0000${i}-of-00002.safetensors`;
    const weight_map = Object.fromEntries([[first, part(1)], ...rest.map((name) => [name, part(2)])]);
    const shapes = { ...tensorsOf("bert"), "embeddings.word_embeddings.weight": [1500, 8] };
    const shape = (name: string) => [name, shapes[name as keyof typeof shapes] ?? []] as const;
    tiny.server = await startHub({
      ...others,
      "model.safetensors.index.json": JSON.stringify({ weight_map }),
      [part(1)]: weightsOf(Object.fromEntries([shape(first)])),
      [part(2)]: weightsOf(Object.fromEntries(rest.map(shape))),
    });
    const { weights } = await openPretrained(await tiny.download(), quietWork());
    expect([...weights.names].sort()).toEqual(Object.keys(tensorsOf("bert")).sort());
    expect(whole).toBeDefined();
  });

  test("is not asked for where nothing may be fetched, but what is kept opens", async () => {
    const offline = tiny.hub(false);
    await expect(offline.list(ADDRESS, untilDone())).rejects.toMatchObject({ fault: "not-allowed" });
    const repository = await tiny.hub().list(ADDRESS, untilDone());
    await expect(offline.download(repository, quietWork())).rejects.toMatchObject({ fault: "not-allowed" });
    expect(tiny.server.requests).toHaveLength(1);
    await tiny.download();
    const before = tiny.server.requests.length;
    expect((await offline.download(repository, quietWork())).names).toContain("config.json");
    expect(tiny.server.requests).toHaveLength(before);
  });

  test.each([
    "tiny",
    "owner/",
    "/tiny",
    "../x",
    "a/b/c",
    "owner/..",
    "o wner/tiny",
    "owner/tiny?x",
    "owner/-tiny",
    "http://x/y",
  ])("has a proper name, and is not asked for otherwise: %s", async (id) => {
    await expect(tiny.hub().list({ id, revision: "main" }, untilDone())).rejects.toThrow("Write it as owner/name");
    expect(tiny.server.requests).toEqual([]);
  });

  test.each(["", "../main", "a b", "refs/../x", "-x", "x".repeat(300)])(
    "has a proper revision: %j",
    async (revision) => {
      await expect(tiny.hub().list({ ...ADDRESS, revision }, untilDone())).rejects.toThrow("no name of a branch");
      expect(tiny.server.requests).toEqual([]);
    },
  );

  test("may be asked for by any revision", async () => {
    await tiny
      .hub()
      .list({ ...ADDRESS, revision: "refs/pr/1" }, untilDone())
      .catch(() => null);
    expect(tiny.server.requests).toEqual(["/api/models/owner/tiny/revision/refs%2Fpr%2F1"]);
  });
});

test("a model larger than the room that is left is refused before any of it comes", async () => {
  tiny.shelf = { ...memoryShelf(), estimate: async () => ({ usage: 9e6, quota: 9e6 + WEIGHTS.length }) };
  await expect(tiny.download()).rejects.toMatchObject({ file: "owner/tiny", fault: "no-space" });
  expect(tiny.server.requests).toHaveLength(1);
});
