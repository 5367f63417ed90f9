import shardUrl from "../../../../node_modules/nsfwjs/dist/models/mobilenet_v2/group1-shard1of1.min.js?url";
import type { Work } from "../../data/dataset.ts";
import { throwIfCancelled } from "../../data/problems.ts";
import type { HostParams } from "../model.ts";
import { dequantise, type LayersModel, weightBytes } from "./weights.ts";

const [MODEL] = Object.values(
  import.meta.glob<LayersModel>("../../../../node_modules/nsfwjs/dist/models/mobilenet_v2/model.min.js", {
    import: "default",
    eager: true,
    exhaustive: true,
  }),
) as [LayersModel];

/** Fetches the weights from where the studio itself came from. @throws Error saying why they cannot be had */
export async function downloadWeights(work: Work): Promise<HostParams> {
  const bytes = weightBytes(MODEL);
  const text = await fetchText(shardUrl, Math.ceil(bytes / 3) * 4, work);
  return dequantise(MODEL, decodeShard(text, bytes));
}

/** A file of about `length` characters, with progress while it comes. */
async function fetchText(url: string, length: number, work: Work): Promise<string> {
  try {
    const response = await fetch(url, { signal: work.signal });
    if (!response.ok || !response.body) throw new Error(`${url} answered with status ${response.status}`);
    const parts: string[] = [];
    let arrived = 0;
    for await (const part of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
      parts.push(part);
      arrived += part.length;
      work.progress("Fetching the weights of MobileNetV2", Math.min(arrived, length), length);
      throwIfCancelled(work);
    }
    return parts.join("");
  } catch (cause) {
    throwIfCancelled(work);
    throw new Error("The weights of MobileNetV2 could not be fetched. Check the connection, then try again.", {
      cause,
    });
  }
}

/** A stream's chunks; not every browser can iterate over a stream itself. */
async function* chunks<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/**
 * The bytes that a module `...exports="BASE64"...` holds, read without running it.
 * @throws Error where it does not hold exactly as many as the weights take
 */
export function decodeShard(text: string, bytes: number): Uint8Array {
  const [, base64] = /exports="([A-Za-z0-9+/]*=*)"/.exec(text) ?? [];
  const whole = base64 !== undefined && base64.length === Math.ceil(bytes / 3) * 4;
  const decoded = whole ? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) : new Uint8Array();
  if (decoded.length !== bytes)
    throw new Error(
      `The weights of MobileNetV2 came incomplete or changed: ${bytes.toLocaleString("en")} bytes were expected. Load the page anew and try again.`,
    );
  return decoded;
}
