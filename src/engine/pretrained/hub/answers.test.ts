import { describe, expect, test } from "vitest";
import { type Answer, COMMIT, refuse, sendJson, sendPage } from "../testing/hub-server.ts";
import { ADDRESS, TinyHub, untilDone } from "../testing/tiny-hub.ts";

const tiny = TinyHub.forEachTest();

describe("a tiny.server that does not give a model", () => {
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
    ["a tiny.server out of order", always((r) => refuse(r, 503)), "offline", "(503)"],
    ["a teapot", always((r) => refuse(r, 418)), "wrong-answer", "status 418"],
    ["a page for a login", always(sendPage), "wrong-answer", "A web page came instead"],
    ["something else", always((r) => sendJson(r, { hello: 1 })), "wrong-answer", "not as a hub of models does"],
    ["no JSON", always((r) => !!r.end("{") as true), "wrong-answer", "not as a hub of models does"],
  ])("is told apart: %s", async (_, answer, fault, message) => {
    tiny.server.answer = answer;
    const listed = tiny.hub().list(ADDRESS, untilDone());
    await expect(listed).rejects.toMatchObject({ name: "ModelFileError", file: "owner/tiny", fault });
    await expect(listed).rejects.toThrow(message);
  });

  test("is told apart: no server", async () => {
    await tiny.server.close();
    const listed = tiny.hub().list(ADDRESS, untilDone());
    await expect(listed).rejects.toMatchObject({ fault: "offline", cause: expect.anything() });
    await expect(listed).rejects.toThrow("cannot be reached");
  });

  test.each<[string, (response: Parameters<Answer>[1]) => true, string]>([
    ["a file wants a login", (r) => refuse(r, 401, "GatedRepo"), "gated"],
    ["a file is gone", (r) => refuse(r, 404, "EntryNotFound"), "not-found"],
    ["a page comes for a file", sendPage, "wrong-answer"],
  ])("is told by the file: %s", async (_, answer, fault) => {
    tiny.answerWeights(always(answer));
    await expect(tiny.download()).rejects.toMatchObject({ file: "model.safetensors", fault });
    expect(await tiny.store().list()).toEqual([]);
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
    Object.assign(tiny.server.listing, change);
    await expect(tiny.hub().list(ADDRESS, untilDone())).rejects.toMatchObject(error);
  });

  test("lists names that climb, which are not followed", async () => {
    for (const rfilename of [
      "../config.json",
      "/etc/passwd",
      "1_Pooling/../../config.json",
      "model-00001-of-00002.safetensors/x",
    ])
      tiny.server.listing.siblings.push({ rfilename, size: 1, blobId: COMMIT });
    const { files } = await tiny.hub().list(ADDRESS, untilDone());
    expect(files).toHaveLength(6);
  });

  test("need not have a tokenizer.json where it has an early BERT's vocabulary, which is fetched only then", async () => {
    const names = async () => (await tiny.hub().list(ADDRESS, untilDone())).files.map(({ name }) => name);
    tiny.server.listing.siblings.push({ rfilename: "vocab.txt", size: 1, blobId: COMMIT });
    expect(await names()).not.toContain("vocab.txt");
    tiny.server.listing.siblings = tiny.server.listing.siblings.filter(
      ({ rfilename }) => rfilename !== "tokenizer.json",
    );
    expect(await names()).toContain("vocab.txt");
  });

  test("takes the commit's licence from the card or the tags", async () => {
    const licence = async () => (await tiny.hub().list(ADDRESS, untilDone())).licence;
    Object.assign(tiny.server.listing, { cardData: { license: ["apache-2.0", "mit"] } });
    expect(await licence()).toBe("apache-2.0");
    Object.assign(tiny.server.listing, { cardData: { language: "en" }, tags: [] });
    expect(await licence()).toBeNull();
  });
});
