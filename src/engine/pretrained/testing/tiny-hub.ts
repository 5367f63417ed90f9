import { afterEach, beforeEach } from "vitest";
import { quietWork } from "../../data/testing/fixtures.ts";
import type { ModelFiles } from "../files.ts";
import { Hub } from "../hub/hub.ts";
import { memoryShelf } from "../store/memory-shelf.ts";
import type { Shelf } from "../store/shelf.ts";
import { ModelStore } from "../store/store.ts";
import { type Answer, COMMIT, type HubServer, startHub } from "./hub-server.ts";
import { type Contents, savedTextModel } from "./models.ts";

/** What lies in the repository `owner/tiny`: a sentence model, and files that are not wanted. */
export const CONTENTS: Contents = {
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
export const WEIGHTS = CONTENTS["model.safetensors"] as Uint8Array<ArrayBuffer>;
const WEIGHTS_PATH = `/owner/tiny/resolve/${COMMIT}/model.safetensors`;
export const ADDRESS = { id: "owner/tiny", revision: "main" };

export const untilDone = (): AbortSignal => new AbortController().signal;

/** A server and an empty store, new for every test of a file. */
export class TinyHub {
  server!: HubServer;
  shelf!: Shelf;

  static forEachTest(): TinyHub {
    const tiny = new TinyHub();
    beforeEach(async () => {
      tiny.server = await startHub(CONTENTS);
      tiny.shelf = memoryShelf();
    });
    afterEach(() => tiny.server.close());
    return tiny;
  }

  hub(mayFetch = true, base = this.server.base): Hub {
    return new Hub({ base, mayFetch }, this.store());
  }

  store(): ModelStore {
    return new ModelStore(this.shelf);
  }

  async download(work = quietWork()): Promise<ModelFiles> {
    const hub = this.hub();
    return hub.download(await hub.list(ADDRESS, work.signal), work);
  }

  /** Answers the first requests for the weights in turn, and leaves the others to the server. */
  answerWeights(...answers: Answer[]): void {
    this.server.answer = (request, response, path) =>
      path === WEIGHTS_PATH ? (answers.shift()?.(request, response, path) ?? false) : false;
  }

  /** The ranges that were asked of the weights, "" for all of them. */
  weightRequests(): string[] {
    const requests = this.server.requests.filter((path) => path.startsWith(WEIGHTS_PATH));
    return requests.map((path) => path.slice(WEIGHTS_PATH.length));
  }
}
