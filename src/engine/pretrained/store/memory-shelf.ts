import type { Shelf } from "./shelf.ts";

/** A shelf that lasts as long as the tab, where a browser gives no other. */
export function memoryShelf(): Shelf {
  const contents = new Map<string, Map<string, Blob>>();
  return {
    lasting: false,
    folders: async () => [...contents.keys()],
    read: async (folder, file) => contents.get(folder)?.get(file) ?? null,
    async write(folder, file, at) {
      const files = contents.get(folder) ?? new Map<string, Blob>();
      contents.set(folder, files);
      const parts: BlobPart[] = [(files.get(file) ?? new Blob()).slice(0, at)];
      return {
        async write(bytes) {
          parts.push(bytes.slice());
        },
        async close() {
          files.set(file, new Blob(parts));
        },
      };
    },
    async remove(folder) {
      contents.delete(folder);
    },
    estimate: async () => null,
  };
}
