import type { BlobShelf } from "./blob-shelf.ts";

/** A shelf that lasts as long as the tab, where a browser gives no other. */
export function memoryBlobShelf(): BlobShelf {
  const blobs = new Map<string, Blob>();
  return {
    lasting: false,
    hashes: async () => [...blobs.keys()],
    open: async (hash) => blobs.get(hash) ?? null,
    async draft() {
      const parts: BlobPart[] = [];
      return {
        async write(bytes) {
          parts.push(bytes.slice());
        },
        async finish(hash) {
          blobs.set(hash, new Blob(parts));
        },
        async abandon() {},
      };
    },
    async remove(hash) {
      blobs.delete(hash);
    },
    async removeDrafts() {},
  };
}
