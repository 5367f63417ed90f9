import { describe, expect, test } from "vitest";
import { CancelledError } from "../../errors.ts";
import { memoryShelf } from "../store/memory-shelf.ts";
import { type Answer, COMMIT, refuse, sendCut } from "../testing/hub-server.ts";
import { TinyHub, WEIGHTS } from "../testing/tiny-hub.ts";

const tiny = TinyHub.forEachTest();

describe("a download that is disturbed", () => {
  const half = Math.floor(WEIGHTS.length / 2);
  const whole = async (files: Awaited<ReturnType<typeof tiny.download>>) =>
    new Uint8Array((await (await files.open("model.safetensors"))?.arrayBuffer()) ?? new ArrayBuffer(0));

  test("goes on where the connection broke", async () => {
    tiny.answerWeights(
      (_, response) => sendCut(response, WEIGHTS, { end: half }),
      (_, response) => sendCut(response, WEIGHTS, { start: half, end: half + 500 }),
    );
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);
    expect(tiny.weightRequests()).toEqual(["", ` bytes=${half}-`, ` bytes=${half + 500}-`]);
  });

  test("begins anew with a tiny.server that cannot go on", async () => {
    tiny.answerWeights(
      (_, response) => sendCut(response, WEIGHTS, { end: half }),
      (_, response) => {
        response.writeHead(200, { "content-length": WEIGHTS.length }).end(WEIGHTS);
        return true;
      },
    );
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);
    expect(tiny.weightRequests()).toEqual(["", ` bytes=${half}-`]);
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
  ])("begins anew with a tiny.server that %s", async (_, answer) => {
    tiny.answerWeights((_, response) => sendCut(response, WEIGHTS, { end: half }), answer);
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);
    expect(tiny.weightRequests()).toEqual(["", ` bytes=${half}-`, ""]);
  });

  test("is called off at once, is not listed, and is continued by the next", async () => {
    const controller = new AbortController();
    tiny.answerWeights((_, response) => sendCut(response, WEIGHTS, { end: half, wait: true }));
    const work = {
      signal: controller.signal,
      progress: (_: string, done: number) => void (done > half && controller.abort()),
    };
    await expect(tiny.download(work)).rejects.toThrow(CancelledError);
    const store = tiny.store();
    expect(await store.list()).toEqual([]);
    await expect(store.open({ id: "owner/tiny", commit: COMMIT })).rejects.toMatchObject({ fault: "missing" });
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);
    expect(tiny.weightRequests()).toEqual(["", ` bytes=${half}-`]);
    expect(tiny.server.requests.filter((path) => path.endsWith("/config.json"))).toHaveLength(2);
  });

  test("is given up after some breaks without anything between, and nothing is listed", async () => {
    const cut: Answer = (_, response) => sendCut(response, WEIGHTS, { end: half });
    const none: Answer = (_, response) => sendCut(response, WEIGHTS, { start: half, end: half });
    tiny.answerWeights(cut, none, none, none, none, none);
    await expect(tiny.download()).rejects.toMatchObject({ file: "model.safetensors", fault: "offline" });
    expect(await tiny.store().list()).toEqual([]);
    await tiny.store().removeUnfinished();
    expect(await tiny.shelf.folders()).toEqual([]);
  });

  test("begins anew where what an earlier one left is of another file, and is refused where it stays so", async () => {
    const wrong = WEIGHTS.map((byte) => byte ^ 1);
    const changed: Answer = (_, response) => {
      response.writeHead(200, { "content-length": wrong.length }).end(wrong);
      return true;
    };
    tiny.answerWeights(changed);
    await expect(tiny.download()).rejects.toMatchObject({ file: "model.safetensors", fault: "damaged" });
    expect(await tiny.store().list()).toEqual([]);
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);

    tiny.shelf = memoryShelf();
    tiny.answerWeights((_, response) => sendCut(response, wrong, { end: half, wait: true }));
    const controller = new AbortController();
    const work = {
      signal: controller.signal,
      progress: (_: string, done: number) => void (done > half && controller.abort()),
    };
    await expect(tiny.download(work)).rejects.toThrow(CancelledError);
    expect(await whole(await tiny.download())).toEqual(WEIGHTS);
    expect(tiny.weightRequests().slice(-2)).toEqual([` bytes=${half}-`, ""]);
  });

  test("is refused where more comes than was listed", async () => {
    tiny.answerWeights((_, response) => {
      response.writeHead(200).end(Buffer.concat([WEIGHTS, WEIGHTS]));
      return true;
    });
    await expect(tiny.download()).rejects.toMatchObject({ file: "model.safetensors", fault: "wrong-answer" });
  });

  test("checks small files by what git calls them", async () => {
    tiny.server.answer = (_, response, path) =>
      path.endsWith("/README.md") && !!response.end("---\nlicense: mot\n---\n");
    await expect(tiny.download()).rejects.toMatchObject({ file: "README.md", fault: "damaged" });
  });
});
