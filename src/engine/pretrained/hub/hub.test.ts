import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { quietWork } from "../../data/testing/fixtures.ts";
import { CancelledError } from "../../errors.ts";
import { openPretrained } from "../open-pretrained.ts";
import { memoryShelf } from "../store/memory-shelf.ts";
import type { Shelf } from "../store/shelf.ts";
import { ModelStore } from "../store/store.ts";
import {
  type Answer,
  COMMIT,
  type HubServer,
  refuse,
  sendCut,
  sendJson,
  sendPage,
  startHub,
} from "../testing/hub-server.ts";
import { type Contents, savedTextModel, tensorsOf, weightsOf } from "../testing/models.ts";
import { Hub } from "./hub.ts";

const contents: Contents = {
  ...savedTextModel("bert", "bert"),
  "modules.json": JSON.stringify([
    { idx: 0, path: "", type: "sentence_transformers.models.Transformer" },
    { idx: 1, path: "1_Pooling", type: "sentence_transformers.models.Pooling" },
  ]),
  "1_Pooling/config.json": JSON.stringify({ pooling_mode: "mean" }),
  "README.md": "---\nlicense: mit\n---\n",
  "pytorch_model.bin": "not wanted",
  "onnx/model.onnx": "not wanted",
};
const WEIGHTS = contents["model.safetensors"] as Uint8Array<ArrayBuffer>;
const weightsPath = `/owner/tiny/resolve/${COMMIT}/model.safetensors`;
const address = { id: "owner/tiny", revision: "main" };
const signal = () => new AbortController().signal;

let server: HubServer;
let shelf: Shelf;
beforeEach(async () => {
  server = await startHub(contents);
  shelf = memoryShelf();
});
afterEach(() => server.close());

const hubAt = (base: string, mayFetch = true) => new Hub({ base, mayFetch }, new ModelStore(shelf));
async function get(hub = hubAt(server.base), work = quietWork()) {
  return hub.download(await hub.list(address, work.signal), work);
}

/** Answers the first requests for the weights in turn, and leaves the others to the server. */
function answerWeights(...answers: Answer[]): void {
  server.answer = (request, response, path) =>
    path === weightsPath ? (answers.shift()?.(request, response, path) ?? false) : false;
}
const weightRequests = () =>
  server.requests.filter((path) => path.startsWith(weightsPath)).map((path) => path.slice(weightsPath.length));

describe("a repository", () => {
  test("is listed first: what would be fetched, how much, at which commit", async () => {
    const repository = await hubAt(server.base).list(address, signal());
    expect(server.requests).toEqual(["/api/models/owner/tiny/revision/main"]);
    expect(repository).toMatchObject({ ...address, commit: COMMIT, licence: "mit" });
    const needed = [
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "modules.json",
      "1_Pooling/config.json",
      "README.md",
    ];
    expect(repository.files.map(({ name }) => name)).toEqual(needed);
    const bytes = needed.map((name) => new Blob([contents[name] ?? ""]).size);
    expect(repository.bytes).toBe(bytes.reduce((a, b) => a + b, 0));
  });

  test("is downloaded at that commit and opened from what is kept", async () => {
    const hub = hubAt(`${server.base}/`);
    const shares: number[] = [];
    const repository = await hub.list(address, signal());
    const files = await hub.download(repository, {
      signal: signal(),
      progress: (what, done, total) => shares.push(what === "Downloading owner/tiny" ? done / total : -1),
    });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(server.requests.slice(1)).toEqual(
      repository.files.map(
        ({ name }) => `/owner/tiny/resolve/${COMMIT}/${encodeURIComponent(name).replace("%2F", "/")}`,
      ),
    );
    const model = await openPretrained(files, quietWork());
    expect(model).toMatchObject({ id: "owner/tiny", revision: COMMIT, licence: "mit", config: { pooling: "mean" } });
    expect(await hub.store.list()).toMatchObject([
      { ...address, commit: COMMIT, licence: "mit", bytes: repository.bytes },
    ]);
    const before = server.requests.length;
    await hub.download(repository, quietWork());
    expect(server.requests).toHaveLength(before);
  });

  test("may have its weights in parts", async () => {
    await server.close();
    const { "model.safetensors": whole, ...others } = contents;
    const [first = "", ...rest] = Object.keys(tensorsOf("bert"));
    const part = (i: number) => `model-0000${i}-of-00002.safetensors`;
    const weight_map = Object.fromEntries([[first, part(1)], ...rest.map((name) => [name, part(2)])]);
    const shapes = { ...tensorsOf("bert"), "embeddings.word_embeddings.weight": [1500, 8] };
    const shape = (name: string) => [name, shapes[name as keyof typeof shapes] ?? []] as const;
    server = await startHub({
      ...others,
      "model.safetensors.index.json": JSON.stringify({ weight_map }),
      [part(1)]: weightsOf(Object.fromEntries([shape(first)])),
      [part(2)]: weightsOf(Object.fromEntries(rest.map(shape))),
    });
    const { weights } = await openPretrained(await get(), quietWork());
    expect([...weights.names].sort()).toEqual(Object.keys(tensorsOf("bert")).sort());
    expect(whole).toBeDefined();
  });

  test("is not asked for where nothing may be fetched, but what is kept opens", async () => {
    const offline = hubAt(server.base, false);
    await expect(offline.list(address, signal())).rejects.toMatchObject({ fault: "not-allowed" });
    const repository = await hubAt(server.base).list(address, signal());
    await expect(offline.download(repository, quietWork())).rejects.toMatchObject({ fault: "not-allowed" });
    expect(server.requests).toHaveLength(1);
    await get();
    const before = server.requests.length;
    expect((await offline.download(repository, quietWork())).names).toContain("config.json");
    expect(server.requests).toHaveLength(before);
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
    await expect(hubAt(server.base).list({ id, revision: "main" }, signal())).rejects.toThrow("Write it as owner/name");
    expect(server.requests).toEqual([]);
  });

  test.each(["", "../main", "a b", "refs/../x", "-x", "x".repeat(300)])(
    "has a proper revision: %j",
    async (revision) => {
      await expect(hubAt(server.base).list({ ...address, revision }, signal())).rejects.toThrow("no name of a branch");
      expect(server.requests).toEqual([]);
    },
  );

  test("may be asked for by any revision", async () => {
    await hubAt(server.base)
      .list({ ...address, revision: "refs/pr/1" }, signal())
      .catch(() => null);
    expect(server.requests).toEqual(["/api/models/owner/tiny/revision/refs%2Fpr%2F1"]);
  });
});

describe("a download that is disturbed", () => {
  const half = Math.floor(WEIGHTS.length / 2);
  const whole = async (files: Awaited<ReturnType<typeof get>>) =>
    new Uint8Array((await (await files.open("model.safetensors"))?.arrayBuffer()) ?? new ArrayBuffer(0));

  test("goes on where the connection broke", async () => {
    answerWeights(
      (_, response) => sendCut(response, WEIGHTS, { end: half }),
      (_, response) => sendCut(response, WEIGHTS, { start: half, end: half + 500 }),
    );
    expect(await whole(await get())).toEqual(WEIGHTS);
    expect(weightRequests()).toEqual(["", ` bytes=${half}-`, ` bytes=${half + 500}-`]);
  });

  test("begins anew with a server that cannot go on", async () => {
    answerWeights(
      (_, response) => sendCut(response, WEIGHTS, { end: half }),
      (_, response) => {
        response.writeHead(200, { "content-length": WEIGHTS.length }).end(WEIGHTS);
        return true;
      },
    );
    expect(await whole(await get())).toEqual(WEIGHTS);
    expect(weightRequests()).toEqual(["", ` bytes=${half}-`]);
  });

  test.each<[string, Answer]>([
    ["refuses the range", (_, response) => refuse(response, 416)],
    [
      "goes on elsewhere",
      (_, response) => {
        response
          .writeHead(206, { "content-range": `bytes 7-${WEIGHTS.length - 1}/${WEIGHTS.length}` })
          .end(WEIGHTS.subarray(7));
        return true;
      },
    ],
  ])("begins anew with a server that %s", async (_, answer) => {
    answerWeights((_, response) => sendCut(response, WEIGHTS, { end: half }), answer);
    expect(await whole(await get())).toEqual(WEIGHTS);
    expect(weightRequests()).toEqual(["", ` bytes=${half}-`, ""]);
  });

  test("is called off at once, is not listed, and is continued by the next", async () => {
    const controller = new AbortController();
    answerWeights((_, response) => sendCut(response, WEIGHTS, { end: half, wait: true }));
    const work = {
      signal: controller.signal,
      progress: (_: string, done: number) => void (done > half && controller.abort()),
    };
    await expect(get(hubAt(server.base), work)).rejects.toThrow(CancelledError);
    const store = new ModelStore(shelf);
    expect(await store.list()).toEqual([]);
    await expect(store.open({ id: "owner/tiny", commit: COMMIT })).rejects.toMatchObject({ fault: "missing" });
    expect(await whole(await get())).toEqual(WEIGHTS);
    expect(weightRequests()).toEqual(["", ` bytes=${half}-`]);
    expect(server.requests.filter((path) => path.endsWith("/config.json"))).toHaveLength(2);
  });

  test("is given up after some breaks without anything between, and nothing is listed", async () => {
    const cut: Answer = (_, response) => sendCut(response, WEIGHTS, { end: half });
    const none: Answer = (_, response) => sendCut(response, WEIGHTS, { start: half, end: half });
    answerWeights(cut, none, none, none, none, none);
    await expect(get()).rejects.toMatchObject({ file: "model.safetensors", fault: "offline" });
    expect(await new ModelStore(shelf).list()).toEqual([]);
    await new ModelStore(shelf).removeUnfinished();
    expect(await shelf.folders()).toEqual([]);
  });

  test("begins anew where what an earlier one left is of another file, and is refused where it stays so", async () => {
    const wrong = WEIGHTS.map((byte) => byte ^ 1);
    const changed: Answer = (_, response) => {
      response.writeHead(200, { "content-length": wrong.length }).end(wrong);
      return true;
    };
    answerWeights(changed);
    await expect(get()).rejects.toMatchObject({ file: "model.safetensors", fault: "damaged" });
    expect(await new ModelStore(shelf).list()).toEqual([]);
    expect(await whole(await get())).toEqual(WEIGHTS);

    shelf = memoryShelf();
    answerWeights((_, response) => sendCut(response, wrong, { end: half, wait: true }));
    const controller = new AbortController();
    const work = {
      signal: controller.signal,
      progress: (_: string, done: number) => void (done > half && controller.abort()),
    };
    await expect(get(hubAt(server.base), work)).rejects.toThrow(CancelledError);
    expect(await whole(await get())).toEqual(WEIGHTS);
    expect(weightRequests().slice(-2)).toEqual([` bytes=${half}-`, ""]);
  });

  test("is refused where more comes than was listed", async () => {
    answerWeights((_, response) => {
      response.writeHead(200).end(Buffer.concat([WEIGHTS, WEIGHTS]));
      return true;
    });
    await expect(get()).rejects.toMatchObject({ file: "model.safetensors", fault: "wrong-answer" });
  });

  test("checks small files by what git calls them", async () => {
    server.answer = (_, response, path) => path.endsWith("/README.md") && !!response.end("---\nlicense: mot\n---\n");
    await expect(get()).rejects.toMatchObject({ file: "README.md", fault: "damaged" });
  });
});

describe("a server that does not give a model", () => {
  const always =
    (answer: (response: Parameters<Answer>[1]) => true): Answer =>
    (_, response) =>
      answer(response);

  test.each<[string, Answer, string, string]>([
    ["a gated repository", always((r) => refuse(r, 401, "GatedRepo")), "gated", "Download the files there, logged in"],
    ["a forbidden one", always((r) => refuse(r, 403)), "gated", "logged in"],
    [
      "a repository that is not there",
      always((r) => refuse(r, 401, "RepoNotFound")),
      "not-found",
      "has no such thing, or it is private",
    ],
    [
      "a revision that is not there",
      always((r) => refuse(r, 404, "RevisionNotFound")),
      "not-found",
      "has no such revision",
    ],
    ["too many requests", always((r) => refuse(r, 429)), "offline", "too busy or out of order (429)"],
    ["a server out of order", always((r) => refuse(r, 503)), "offline", "(503)"],
    ["a teapot", always((r) => refuse(r, 418)), "wrong-answer", "status 418"],
    ["a page for a login", always(sendPage), "wrong-answer", "A web page came instead"],
    ["something else", always((r) => sendJson(r, { hello: 1 })), "wrong-answer", "not as a hub of models does"],
    ["no JSON", always((r) => !!r.end("{") as true), "wrong-answer", "not as a hub of models does"],
  ])("is told apart: %s", async (_, answer, fault, message) => {
    server.answer = answer;
    const listed = hubAt(server.base).list(address, signal());
    await expect(listed).rejects.toMatchObject({ name: "ModelFileError", file: "owner/tiny", fault });
    await expect(listed).rejects.toThrow(message);
  });

  test("is told apart: no server", async () => {
    await server.close();
    const listed = hubAt(server.base).list(address, signal());
    await expect(listed).rejects.toMatchObject({ fault: "offline", cause: expect.anything() });
    await expect(listed).rejects.toThrow("cannot be reached");
  });

  test.each<[string, (response: Parameters<Answer>[1]) => true, string]>([
    ["a file wants a login", (r) => refuse(r, 401, "GatedRepo"), "gated"],
    ["a file is gone", (r) => refuse(r, 404, "EntryNotFound"), "not-found"],
    ["a page comes for a file", sendPage, "wrong-answer"],
  ])("is told by the file: %s", async (_, answer, fault) => {
    answerWeights(always(answer));
    await expect(get()).rejects.toMatchObject({ file: "model.safetensors", fault });
    expect(await new ModelStore(shelf).list()).toEqual([]);
  });

  test.each<[string, object, object]>([
    ["that is gated", { gated: "manual" }, { fault: "gated" }],
    ["without a commit", { sha: "main" }, { fault: "wrong-answer" }],
    ["without a configuration", { siblings: [{ rfilename: "README.md" }] }, { file: "config.json", fault: "missing" }],
    [
      "with weights of another format",
      { siblings: [{ rfilename: "config.json" }, { rfilename: "pytorch_model.bin" }] },
      { file: "model.safetensors", fault: "unsupported" },
    ],
    [
      "without hashes",
      {
        siblings: [
          { rfilename: "config.json", size: 3 },
          { rfilename: "model.safetensors", size: 3 },
        ],
      },
      { file: "config.json", fault: "wrong-answer" },
    ],
    ["with sizes below 0", { siblings: [{ rfilename: "config.json", size: -1 }] }, { fault: "wrong-answer" }],
  ])("is refused by its listing: one %s", async (_, change, error) => {
    Object.assign(server.listing, change);
    await expect(hubAt(server.base).list(address, signal())).rejects.toMatchObject(error);
  });

  test("lists names that climb, which are not followed", async () => {
    for (const rfilename of [
      "../config.json",
      "/etc/passwd",
      "1_Pooling/../../config.json",
      "model-00001-of-00002.safetensors/x",
    ])
      server.listing.siblings.push({ rfilename, size: 1, blobId: COMMIT });
    const { files } = await hubAt(server.base).list(address, signal());
    expect(files).toHaveLength(6);
  });

  test("need not have a tokenizer.json where it has an early BERT's vocabulary, which is fetched only then", async () => {
    const names = async () => (await hubAt(server.base).list(address, signal())).files.map(({ name }) => name);
    server.listing.siblings.push({ rfilename: "vocab.txt", size: 1, blobId: COMMIT });
    expect(await names()).not.toContain("vocab.txt");
    server.listing.siblings = server.listing.siblings.filter(({ rfilename }) => rfilename !== "tokenizer.json");
    expect(await names()).toContain("vocab.txt");
  });

  test("takes the commit's licence from the card or the tags", async () => {
    const licence = async () => (await hubAt(server.base).list(address, signal())).licence;
    Object.assign(server.listing, { cardData: { license: ["apache-2.0", "mit"] } });
    expect(await licence()).toBe("apache-2.0");
    Object.assign(server.listing, { cardData: { language: "en" }, tags: [] });
    expect(await licence()).toBeNull();
  });
});

test("a model larger than the room that is left is refused before any of it comes", async () => {
  shelf = { ...memoryShelf(), estimate: async () => ({ usage: 9e6, quota: 9e6 + WEIGHTS.length }) };
  await expect(get()).rejects.toMatchObject({ file: "owner/tiny", fault: "no-space" });
  expect(server.requests).toHaveLength(1);
});
