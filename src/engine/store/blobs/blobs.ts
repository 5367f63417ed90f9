import { piecesOf, sha256, sha256OfBlob, WHOLE_BYTES } from "../../hashing/digests.ts";
import { Sha256 } from "../../hashing/sha256.ts";
import { StoreError } from "../store-error.ts";
import type { BlobRef, BlobShelf } from "./blob-shelf.ts";

/** What is to be kept: bytes in memory, or content that is read piece by piece. */
export type Content = Uint8Array<ArrayBuffer> | Blob;

/** Blobs on a shelf, checked against their hashes whenever they are read. */
export class Blobs {
  /** Hashes of what was found not to be what its name says. */
  readonly damaged = new Set<string>();

  constructor(readonly shelf: BlobShelf) {}

  /** Puts a content on the shelf, where it is not there yet. @throws what the shelf throws, leaving nothing behind */
  async put(content: Content): Promise<BlobRef> {
    if (content instanceof Blob && content.size > WHOLE_BYTES)
      return { hash: await this.#write(piecesOf(content), null), bytes: content.size };
    const bytes = content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
    const ref = { hash: await sha256(bytes), bytes: bytes.length };
    if (!(await this.has(ref))) await this.#write([bytes], ref.hash);
    return ref;
  }

  /** Whether a blob is there at its full length, as far as that can be told without reading it. */
  async has({ hash, bytes }: BlobRef): Promise<boolean> {
    return !this.damaged.has(hash) && (await this.shelf.open(hash))?.size === bytes;
  }

  /**
   * The content of a blob, after it was checked.
   * @param what names it in errors, such as `The weights of "Run 3"`
   * @throws StoreError where it is missing or damaged
   */
  async read(ref: BlobRef, what: string): Promise<Blob> {
    return this.#checked(ref, what, async (blob) => ({ hash: await sha256OfBlob(blob), content: blob }));
  }

  /** The same, in memory, for which it is read only once. */
  async bytes(ref: BlobRef, what: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#checked(ref, what, async (blob) => {
      const content = new Uint8Array(await blob.arrayBuffer());
      return { hash: await sha256(content), content };
    });
  }

  /** Why a blob cannot be used; null where nothing is known against it. Its content is not read. */
  faultOf(ref: BlobRef, present: ReadonlySet<string>, what: string): string | null {
    if (!present.has(ref.hash)) return faultOf(ref, null, what);
    return this.damaged.has(ref.hash) ? `${what}: the file kept/blobs/${ref.hash} is damaged. ${ADVICE}` : null;
  }

  async #checked<T>(
    ref: BlobRef,
    what: string,
    look: (blob: Blob) => Promise<{ hash: string; content: T }>,
  ): Promise<T> {
    const blob = await this.shelf.open(ref.hash);
    // A file that cannot be read is as good as a damaged one.
    const seen = blob?.size === ref.bytes ? await look(blob).catch(() => null) : null;
    if (seen?.hash === ref.hash) return seen.content;
    this.damaged.add(ref.hash);
    throw new StoreError("damaged", faultOf(ref, blob, what));
  }

  async #write(
    pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>,
    known: string | null,
  ) {
    const sha = known === null ? new Sha256() : null;
    const draft = await this.shelf.draft();
    let hash: string;
    try {
      for await (const piece of pieces) {
        sha?.update(piece);
        await draft.write(piece);
      }
      hash = known ?? (sha as Sha256).digest();
    } catch (error) {
      await draft.abandon();
      throw error;
    }
    if (this.damaged.has(hash)) await this.shelf.remove(hash);
    await draft.finish(hash);
    this.damaged.delete(hash);
    return hash;
  }
}

const ADVICE = "It is not used; delete it, or import it from a file that was exported.";

function faultOf({ hash, bytes }: BlobRef, blob: Blob | null, what: string): string {
  const file = `the file kept/blobs/${hash}`;
  if (!blob) return `${what}: ${file} is missing. ${ADVICE}`;
  const how = blob.size === bytes ? "is damaged" : `is damaged: it has ${blob.size} bytes instead of ${bytes}`;
  return `${what}: ${file} ${how}. ${ADVICE}`;
}
