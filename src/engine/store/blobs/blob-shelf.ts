/**
 * Where blobs lie: immutable, each under the SHA-256 of its content, in a browser's private file system or in memory.
 * What is being written has another name until it is whole, so a name stands for a whole content.
 */
export interface BlobShelf {
  /** False where all of it is gone with the tab. */
  readonly lasting: boolean;
  /** Hashes of all blobs. */
  hashes(): Promise<string[]>;
  /** The content under a hash, not checked; null where there is none. */
  open(hash: string): Promise<Blob | null>;
  draft(): Promise<BlobDraft>;
  /** Does nothing where there is none, or where somebody else is about to write it. */
  remove(hash: string): Promise<void>;
  /** Removes what was never finished. */
  removeDrafts(): Promise<void>;
}

/** A blob that is being written. It ends with `finish` or `abandon`. */
export interface BlobDraft {
  /** @throws DOMException `QuotaExceededError` where there is no more room */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Puts it under its hash, flushed to disk. */
  finish(hash: string): Promise<void>;
  abandon(): Promise<void>;
}

/** What an entry knows of a blob. */
export interface BlobRef {
  readonly hash: string;
  readonly bytes: number;
}
