import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { COMMIT, type HubServer, sendCut, startHub } from "../src/engine/pretrained/testing/hub-server.ts";
import { builtWorker } from "./built-worker.ts";
import { safetensors } from "./fixtures/safetensors.ts";

const TESTING = "src/engine/pretrained/testing";
const ENTRY = "store-worker.js";

let server: HubServer;
/** The worker and what it loads later, by file name. */
let scripts: ReadonlyMap<string, string>;
let pages: Server;

test.beforeAll(async () => {
  scripts = await builtWorker(`${TESTING}/store-worker.ts`, ENTRY);
  server = await startHub(tinyModel());
  pages = await servePage();
});
test.afterAll(async () => {
  await server.close();
  pages.closeAllConnections();
  pages.close();
});

/** A sentence model of two words' width, with one layer and the smaller of our tokenizers. */
function tinyModel(): Record<string, string | Uint8Array> {
  const { tokenizers } = JSON.parse(readFileSync(`${TESTING}/tokenizers/oracle.json`, "utf8"));
  const config = { model_type: "bert", hidden_size: 2, num_hidden_layers: 1, num_attention_heads: 1, vocab_size: 1500 };
  return {
    "config.json": JSON.stringify(config),
    "model.safetensors": safetensors(
      {
        "embeddings.word_embeddings.weight": [1500, 2],
        "embeddings.position_embeddings.weight": [512, 2],
        "encoder.layer.0.output.dense.bias": [2],
      },
      (_, place) => place,
    ),
    "tokenizer.json": JSON.stringify(tokenizers.bert),
  };
}

/** An empty page, and the worker beside it. */
async function servePage(): Promise<Server> {
  const page = createServer((request, response) => {
    const script = scripts.get((request.url ?? "").slice(1));
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? "<!doctype html><title>Store</title>");
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  return page;
}

interface Reply {
  readonly value?: {
    models: Record<string, unknown>[];
    folders: string[];
    room: unknown;
    ids: number[];
    values: number[];
  };
  readonly fault?: string;
}

/** One call to a worker of its own, so that nothing is left but what the browser keeps. */
const ask = (page: Page, call: Record<string, unknown>): Promise<Reply> =>
  page.evaluate(
    ([url, what]) =>
      new Promise<Reply>((resolve, reject) => {
        const worker = new Worker(url, { type: "module" });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(data);
        };
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(what);
      }),
    [`/${ENTRY}`, call] as const,
  );

test("a model is downloaded into the browser's files, continued after a stop, opened without a server, deleted", async ({
  page,
}) => {
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}`);
  const weights = tinyModel()["model.safetensors"] as Uint8Array;
  const half = Math.floor(weights.length / 2);
  server.answer = (request, response, path) =>
    path.endsWith("/model.safetensors") && !request.headers.range
      ? sendCut(response, weights, { end: half, wait: true })
      : false;
  expect(await ask(page, { type: "download", base: server.base, stopAfter: half })).toMatchObject({
    fault: "cancelled",
  });
  expect((await ask(page, { type: "list" })).value).toMatchObject({ models: [], folders: [`owner%2Ftiny@${COMMIT}`] });

  await page.reload();
  const { value: names } = await ask(page, { type: "download", base: server.base });
  expect(names).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
  const resumed = server.requests.filter((request) => request.includes("model.safetensors bytes="));
  expect(resumed).toHaveLength(1);

  await server.close();
  await page.reload();
  const { value: listed } = await ask(page, { type: "list" });
  expect(listed?.models).toMatchObject([{ id: "owner/tiny", revision: "main", commit: COMMIT, licence: "mit" }]);
  expect(listed?.room).toMatchObject({ usage: expect.any(Number), quota: expect.any(Number) });
  const tensor = "encoder.layer.0.output.dense.bias";
  const { value: opened } = await ask(page, { type: "open", commit: COMMIT, text: "The weather", tensor });
  expect(opened?.values).toEqual([4024, 4025]);
  expect(opened?.ids).toHaveLength(4);

  expect(await ask(page, { type: "remove", id: "owner/tiny", commit: COMMIT })).toEqual({});
  expect((await ask(page, { type: "list" })).value).toMatchObject({ models: [], folders: [] });
});
