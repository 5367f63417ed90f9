import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type { StoreContent } from "../src/shared/kept/store-calls.ts";
import { builtWorker } from "./built-worker.ts";

const ENTRY = "run-store-worker.js";

let scripts: ReadonlyMap<string, string>;
let server: Server;
let origin: string;

test.beforeAll(async () => {
  scripts = await builtWorker("src/engine/store/testing/run-store-worker.ts", ENTRY);
  server = createServer((request, response) => {
    const script = scripts.get((request.url ?? "").slice(1));
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
test.afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A page with the worker that keeps, and a way to ask it. */
const PAGE = `<!doctype html><title>Store</title><script>
  const waiting = new Map();
  let worker, next = 0;
  globalThis.steps = [];
  globalThis.begin = () => {
    worker?.terminate();
    worker = new Worker("/${ENTRY}", { type: "module" });
    worker.onmessage = ({ data }) => {
      if (data.step !== undefined) return steps.push(data.step);
      waiting.get(data.id)(data);
    };
  };
  globalThis.ask = (call) => new Promise((resolve, reject) => {
    waiting.set(++next, ({ value, error }) => error === undefined ? resolve(value) : reject(new Error(error)));
    worker.postMessage({ id: next, call });
  });
  begin();
</script>`;

interface StorePage {
  begin(): void;
  ask(call: object): Promise<unknown>;
  steps: number[];
}

const ask = <T = unknown>(page: Page, call: object): Promise<T> =>
  page.evaluate((what) => (globalThis as unknown as StorePage).ask(what), call) as Promise<T>;

const read = (page: Page): Promise<StoreContent> => ask<StoreContent>(page, { type: "read" });

async function tab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

test("two tabs that write and delete at once leave every run whole, and tell each other", async ({ context }) => {
  const [one, two] = [await tab(context), await tab(context)];
  await ask(one, { type: "begin", runId: "long" });
  await ask(one, { type: "checkpoint", runId: "long", step: 9, bytes: 5000 });
  await Promise.all([
    ask(one, { type: "runs", name: "one", count: 6 }),
    ask(two, { type: "runs", name: "two", count: 6 }),
  ]);
  expect(await ask(two, { type: "weights" })).toEqual(
    ["one-0", "one-2", "one-4", "two-0", "two-2", "two-4"].map((run) => `${run}: shared weights`),
  );
  const { runs, problems, lasting, room } = await read(two);
  expect([problems, lasting]).toEqual([[], true]);
  expect(room).toMatchObject({ usage: expect.any(Number), quota: expect.any(Number), persistent: false });
  expect(runs.find(({ runId }) => runId === "long")).toMatchObject({ status: "elsewhere", checkpoint: { step: 9 } });
  // The record and the weights that all share, and the checkpoint.
  expect(await ask(two, { type: "hashes" })).toHaveLength(3);
  await expect(ask(two, { type: "begin", runId: "long" })).rejects.toThrow(/another tab/);
  for (const page of [one, two]) await expect.poll(() => ask(page, { type: "told" })).toBeGreaterThanOrEqual(12);

  await one.close();
  await expect
    .poll(async () => (await read(two)).runs.find(({ runId }) => runId === "long")?.status)
    .toBe("interrupted");
  expect(await ask(two, { type: "resume", runId: "long" })).toMatchObject({ status: "going", checkpoint: { step: 9 } });
  expect(await ask(two, { type: "step", runId: "long" })).toBe(9);
});

test("a disk that is full in mid-run loses nothing, and the run goes on once there is room", async ({ context }) => {
  const page = await tab(context);
  const cdp = await context.newCDPSession(page);
  await ask(page, { type: "begin", runId: "a" });
  await ask(page, { type: "checkpoint", runId: "a", step: 5, bytes: 1 << 20 });
  const { usage } = (await read(page)).room ?? { usage: 0 };
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + (2 << 20) });
  await expect(ask(page, { type: "checkpoint", runId: "a", step: 6, bytes: 16 << 20 })).rejects.toThrow(
    /no room to keep the checkpoint of the run "a" \(16\.8 MB\)\. The browser gives .*Delete runs/,
  );
  expect((await read(page)).runs).toMatchObject([{ status: "going", checkpoint: { step: 5, bytes: 1 << 20 } }]);
  expect(await ask(page, { type: "step", runId: "a" })).toBe(5);
  await cdp.send("Storage.overrideQuotaForOrigin", { origin });
  await ask(page, { type: "checkpoint", runId: "a", step: 7, bytes: 16 << 20 });
  expect(await ask(page, { type: "step", runId: "a" })).toBe(7);
  expect(await ask(page, { type: "hashes" })).toHaveLength(1);
});

test("a stored file that was changed is told by name and not used; the rest is", async ({ context }) => {
  const page = await tab(context);
  await ask(page, { type: "runs", name: "a", count: 1 });
  await ask(page, { type: "begin", runId: "b" });
  await ask(page, { type: "checkpoint", runId: "b", step: 4, bytes: 100 });
  const hash = await ask<string>(page, { type: "hash", runId: "b", blob: "checkpoint" });
  await page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle("kept")).getDirectoryHandle("blobs");
    const file = await (await folder.getFileHandle(name)).createWritable({ keepExistingData: true });
    await file.write({ type: "write", position: 50, data: new Uint8Array([77]) });
    await file.close();
  }, hash);
  await page.reload();
  await expect(ask(page, { type: "step", runId: "b" })).rejects.toThrow(
    `The checkpoint of the run "b": the file kept/blobs/${hash} is damaged`,
  );
  const { runs, problems } = await read(page);
  expect(problems).toEqual([expect.stringContaining(hash)]);
  expect(runs.find(({ runId }) => runId === "b")).toMatchObject({ status: "interrupted", checkpoint: null });
  expect(await ask(page, { type: "weights" })).toEqual(["a-0: shared weights"]);
});

const BYTES = 8 << 20;

/** Ends a page, or its worker, while checkpoints are written one after the other. */
const ENDINGS: [string, (page: Page, context: BrowserContext) => Promise<Page>][] = [
  [
    "whose worker is killed",
    async (page) => {
      await page.evaluate(() => (globalThis as unknown as StorePage).begin());
      return page;
    },
  ],
  [
    "whose page crashes",
    async (page, context) => {
      const crashed = page.waitForEvent("crash");
      const cdp = await context.newCDPSession(page);
      void cdp.send("Page.crash").catch(() => {});
      await crashed;
      return tab(context);
    },
  ],
];

for (const [what, end] of ENDINGS) {
  test(`a tab ${what} in the middle of writing leaves the last checkpoint whole, and no litter`, async ({
    context,
  }) => {
    let page = await tab(context);
    await ask(page, { type: "begin", runId: "a" });
    for (const wait of [3, 2]) {
      void ask(page, { type: "checkpoints", runId: "a", bytes: BYTES }).catch(() => {});
      const written = () => page.evaluate(() => (globalThis as unknown as StorePage).steps.length);
      await expect.poll(written, { intervals: [20] }).toBeGreaterThanOrEqual(wait);
      page = await end(page, context);
      const entry = async () => (await read(page)).runs[0];
      await expect.poll(async () => (await entry())?.status).toBe("interrupted");
      const { checkpoint } = (await entry()) ?? {};
      expect(checkpoint).toMatchObject({ bytes: BYTES });
      expect(await ask(page, { type: "step", runId: "a" })).toBe(checkpoint?.step);
      expect((await read(page)).problems).toEqual([]);
      await ask(page, { type: "resume", runId: "a" });
    }
    await page.reload();
    await expect.poll(() => litter(page)).toEqual([]);
  });
}

/** What lies beside the one checkpoint, drafts included, after the store was opened alone. */
async function litter(page: Page): Promise<string[]> {
  const hash = await ask<string>(page, { type: "hash", runId: "a", blob: "checkpoint" });
  const names = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle("kept")).getDirectoryHandle("blobs");
    const all: string[] = [];
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) all.push(name);
    return all;
  });
  return names.filter((name) => name !== hash);
}
