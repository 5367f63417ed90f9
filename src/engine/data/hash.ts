import type { Experiment } from "../../shared/experiment.ts";
import { sha256 } from "../hashing/digests.ts";
import type { Work } from "./dataset.ts";
import { letMessagesIn } from "./in-pieces.ts";

const CHUNK_CHARS = 1 << 20;

/**
 * SHA-256 of many values in order, each as its JSON, however large they are together: the digest of the digests of
 * chunks; @throws CancelledError between them. Chunks end after the value that fills a mebicharacter, so the same values always give the same digest.
 */
export async function sha256OfAll(values: Iterable<unknown>, work: Work): Promise<string> {
  const digests: string[] = [];
  let chunk: string[] = [];
  let chars = 0;
  for (const value of values) {
    const json = JSON.stringify(value);
    chunk.push(json);
    chars += json.length;
    if (chars < CHUNK_CHARS) continue;
    digests.push(await sha256(chunk.join("\n")));
    await letMessagesIn(work);
    chunk = [];
    chars = 0;
  }
  digests.push(await sha256(chunk.join("\n")));
  return sha256(digests.join("\n"));
}

/** SHA-256 of a data set: of its content, and of the edits where there are any. */
export async function sha256OfEdited(content: string, edits: Experiment["data"]["edits"]): Promise<string> {
  const inOrder = Object.entries(edits).sort(([a], [b]) => Number(a) - Number(b));
  return inOrder.length === 0 ? content : sha256(JSON.stringify([content, inOrder]));
}
