import { CancelledError, ModelFileError } from "../../errors.ts";
import { Hub } from "../hub/hub.ts";
import { openPretrained } from "../open-pretrained.ts";
import { openStore } from "../store/open-store.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What the browser test has this worker do with the store that the browser gives. */
type Call =
  | { readonly type: "list" }
  | { readonly type: "remove"; readonly id: string; readonly commit: string }
  /** Downloads `owner/tiny` from a server, or stops after so many bytes. */
  | { readonly type: "download"; readonly base: string; readonly stopAfter?: number }
  /** Opens it, without any server, and tells its ids of a text and the values of a tensor. */
  | { readonly type: "open"; readonly commit: string; readonly text: string; readonly tensor: string };

const REPOSITORY = { id: "owner/tiny", revision: "main" };

async function answer(call: Call): Promise<unknown> {
  const store = await openStore();
  if (!store.shelf.lasting) throw new Error("This browser has no private file system.");
  const { signal } = new AbortController();
  switch (call.type) {
    case "list":
      return { models: await store.list(), folders: await store.shelf.folders(), room: (await store.size()).room };
    case "remove":
      return store.remove(call);
    case "download": {
      const stop = new AbortController();
      const progress = (_: string, done: number): void => {
        if (done > (call.stopAfter ?? Number.POSITIVE_INFINITY)) stop.abort();
      };
      const hub = new Hub({ base: call.base, mayFetch: true }, store);
      const repository = await hub.list(REPOSITORY, stop.signal);
      return (await hub.download(repository, { signal: stop.signal, progress })).names;
    }
    case "open": {
      const files = await store.open({ ...REPOSITORY, commit: call.commit });
      const model = await openPretrained(files, { signal, progress: () => {} });
      return {
        ids: [...(model.tokenizer?.encode(call.text) ?? [])],
        values: [...(await model.weights.floats(call.tensor))],
      };
    }
  }
}

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  try {
    self.postMessage({ value: await answer(data) });
  } catch (error) {
    const fault =
      error instanceof ModelFileError ? error.fault : error instanceof CancelledError ? "cancelled" : "other";
    self.postMessage({ fault, message: String(error) });
  }
};
