import { afterAll, beforeAll, expect, test } from "vitest";
import { quietWork } from "../data/testing/fixtures.ts";
import { ModelFileError } from "../errors.ts";
import { ModelLibrary } from "./library.ts";
import { memoryShelf } from "./store/memory-shelf.ts";
import { type HubServer, startHub } from "./testing/hub-server.ts";
import { type Contents, savedTextModel } from "./testing/models.ts";

const CONTENTS = savedTextModel("bert-without-pooler", "bert");
const HERE = { source: "tiny", revision: "folder" };
const REPOSITORY = { source: "owner/tiny", revision: "main" };

const filesIn = (folder: string, contents: Contents) =>
  Object.entries(contents).map(([name, content]) => ({ path: `${folder}/${name}`, file: new Blob([content]) }));

let hub: HubServer;
beforeAll(async () => {
  hub = await startHub(CONTENTS);
});
afterAll(() => hub.close());

const library = () => new ModelLibrary(async () => memoryShelf());

test("a folder's model is kept under the folder's name, described, loaded and removed", async () => {
  const models = library();
  await expect(models.load({ ...HERE, maxTokens: 8 }, quietWork())).rejects.toThrow("not on this machine");
  const added = await models.add(filesIn("tiny", CONTENTS), quietWork());
  expect(added).toMatchObject({ ...HERE, commit: null, family: "BERT", modality: "text", sizes: { layers: 2 } });
  expect((await models.kept()).models).toEqual([added]);
  const loaded = await models.load({ ...HERE, maxTokens: 8 }, quietWork());
  const weights = Object.values(loaded.params).reduce((sum, { values }) => sum + values.length, 0);
  expect(weights).toBe(added.parameters);
  expect(loaded.reader?.read("a b c d e f g h i j").tokens).toHaveLength(8);
  const trained = await models.trained({ ...HERE, tuning: { id: "last-n", blocks: 1 } });
  expect(trained).toMatchObject({ full: weights, "head-only": 0 });
  expect(trained["last-n"]).toBeGreaterThan(0);
  expect(trained["last-n"]).toBeLessThan(weights / 2);
  expect((await models.remove(HERE)).models).toEqual([]);
});

test("files that take the place of others of one name are another model", async () => {
  const models = library();
  const identity = async () => {
    await models.add(filesIn("tiny", CONTENTS), quietWork());
    return models.identity({ ...HERE, maxTokens: 8 });
  };
  const first = await identity();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await identity()).not.toBe(first);
  expect((await models.kept()).models).toHaveLength(1);
});

test("a model that cannot be read is refused, and the one of its name stays", async () => {
  const models = library();
  await models.add(filesIn("tiny", CONTENTS), quietWork());
  const broken = { ...CONTENTS, "model.safetensors": (CONTENTS["model.safetensors"] as Uint8Array).slice(0, 900) };
  await expect(models.add(filesIn("tiny", broken as Contents), quietWork())).rejects.toThrow(ModelFileError);
  expect((await models.load({ ...HERE, maxTokens: 8 }, quietWork())).config.family).toBe("bert");
});

test("one that is called off in the middle leaves the one before", async () => {
  const models = library();
  const before = await models.add(filesIn("tiny", CONTENTS), quietWork());
  const abort = new AbortController();
  const progress = (what: string) => what === "Keeping the model" && abort.abort();
  const work = { signal: abort.signal, progress };
  await expect(models.add(filesIn("tiny", CONTENTS), work)).rejects.toThrow("Cancelled");
  expect((await models.kept()).models).toEqual([before]);
});

test("a repository is described by its small files, then fetched with its weights", async () => {
  const models = library();
  const looked = await models.look(REPOSITORY, hub.base, quietWork());
  expect(hub.requests.some((path) => path.endsWith("model.safetensors"))).toBe(false);
  expect((await models.kept()).models).toEqual([]);
  const fetched = await models.fetch(REPOSITORY, hub.base, quietWork());
  // Whether there is a pooler is seen in the weights alone.
  const known = ({ pooling: _p, parameters: _n, ...rest }: typeof looked) => rest;
  expect(known(fetched)).toEqual(known(looked));
  expect(await models.identity({ ...REPOSITORY, maxTokens: 8 })).toContain(fetched.commit);
});
