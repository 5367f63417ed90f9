import type { Work } from "../dataset.ts";
import { throwIfCancelled } from "../problems.ts";
import type { TextEncoding } from "./text-encoding.ts";

/** A text file to be read: its name (path inside an archive included) and its bytes. */
export interface TextFile {
  readonly name: string;
  readonly blob: Blob;
}

const CHUNK_BYTES = 1 << 20;

/**
 * The text of a file in chunks, without its byte order mark and with every line ending as "\n". Only one chunk is
 * held at a time.
 * @throws CancelledError between chunks
 */
export async function* readText(file: TextFile, encoding: TextEncoding, work: Work): AsyncGenerator<string> {
  const { name, blob } = file;
  const decoder = new TextDecoder(encoding.label);
  let held = "";
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    throwIfCancelled(work);
    work.progress(`Reading ${name}`, start, blob.size);
    const bytes = await blob.slice(start, start + CHUNK_BYTES).arrayBuffer();
    const text = held + decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be the first half of a line ending.
    held = text.endsWith("\r") ? "\r" : "";
    const complete = held ? text.slice(0, -1) : text;
    if (complete) yield normalise(complete);
  }
  throwIfCancelled(work);
  const rest = held + decoder.decode();
  if (rest) yield normalise(rest);
  work.progress(`Reading ${name}`, blob.size, blob.size);
}

const normalise = (text: string): string => (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);

/** The first bytes of a file. */
export async function readHead(blob: Blob, bytes = 1 << 16): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(0, bytes).arrayBuffer());
}
