import { Zip, ZipPassThrough } from "fflate";
import type { Work } from "../data/dataset.ts";
import { throwIfCancelled } from "../data/problems.ts";

/** A file that is to be written; its content comes in pieces, so that it need never be whole in memory. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  pieces(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Offsets in a zip without extensions have 32 bits (PKWARE, APPNOTE, section 4.4). */
const MAX_BYTES = 2 ** 32 - 2 ** 20;
/** Bytes that are held before they are handed to a blob, which a browser may keep on disk. */
const HELD_BYTES = 16 << 20;

/**
 * A zip of files, stored as they are: weights hardly shrink.
 * @param tooLarge says what to do where one zip cannot hold them
 * @throws Error where they have about 4 GiB or more, CancelledError
 */
export async function zipped(
  files: readonly WrittenFile[],
  what: string,
  work: Work,
  tooLarge = "The model has more than 4 GB, which one zip cannot hold: save the small file of the model instead.",
): Promise<Blob> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_BYTES) throw new Error(tooLarge);
  const sink = new BlobSink();
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    sink.write(chunk as Uint8Array<ArrayBuffer>);
  });
  let done = 0;
  for (const { name, pieces } of files) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    for await (const piece of pieces()) {
      throwIfCancelled(work);
      entry.push(piece);
      done += piece.length;
      work.progress(what, done, total);
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  return sink.close();
}

/** Gathers bytes in a blob. */
class BlobSink {
  #blob = new Blob();
  #held: Uint8Array<ArrayBuffer>[] = [];
  #heldBytes = 0;

  write(chunk: Uint8Array<ArrayBuffer>): void {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= HELD_BYTES) this.#fold();
  }

  close(): Blob {
    this.#fold();
    return new Blob([this.#blob], { type: "application/zip" });
  }

  #fold(): void {
    this.#blob = new Blob([this.#blob, ...this.#held]);
    this.#held = [];
    this.#heldBytes = 0;
  }
}
