import type { BlobDraft, BlobShelf } from "./blob-shelf.ts";

/** Folders of the origin private file system (File System Standard) in which blobs lie. */
const PATH = ["kept", "blobs"] as const;
const DRAFT = ".part";

/** Two seconds in all. */
const MOVE_ATTEMPTS = 20;
const MOVE_WAIT_MS = 10;

/** Renaming is not in the compiler's library yet (File System Standard, "move"). */
interface Movable {
  move(name: string): Promise<void>;
}

/** Blobs in the browser's private file system. Null where there is none, as in some browsers' private windows. */
export async function opfsBlobShelf(storage: StorageManager | undefined): Promise<BlobShelf | null> {
  try {
    if (!storage?.getDirectory || !("move" in FileSystemFileHandle.prototype)) return null;
    let folder = await storage.getDirectory();
    for (const name of PATH) folder = await folder.getDirectoryHandle(name, { create: true });
    return shelfIn(folder);
  } catch (error) {
    console.warn("The browser's private file system cannot be used; what is kept is gone with the tab.", error);
    return null;
  }
}

function shelfIn(folder: FileSystemDirectoryHandle): BlobShelf {
  const names = async (): Promise<string[]> => {
    const all: string[] = [];
    for await (const name of folder.keys()) all.push(name);
    return all;
  };
  const remove = async (name: string): Promise<void> => {
    try {
      await folder.removeEntry(name);
    } catch (error) {
      // It may be gone already, or be written by another tab just now.
      if (!isNamed(error, "NotFoundError", "NoModificationAllowedError")) throw error;
    }
  };
  return {
    lasting: true,
    hashes: async () => (await names()).filter((name) => !name.endsWith(DRAFT)),
    async open(hash) {
      try {
        return await (await folder.getFileHandle(hash)).getFile();
      } catch (error) {
        if (isNamed(error, "NotFoundError")) return null;
        throw error;
      }
    },
    draft: () => writeDraft(folder, remove),
    remove,
    async removeDrafts() {
      for (const name of await names()) if (name.endsWith(DRAFT)) await remove(name);
    },
  };
}

async function writeDraft(
  folder: FileSystemDirectoryHandle,
  remove: (name: string) => Promise<void>,
): Promise<BlobDraft> {
  const name = `${crypto.randomUUID()}${DRAFT}`;
  const handle = await folder.getFileHandle(name, { create: true });
  const access = await handle.createSyncAccessHandle();
  let end = 0;
  return {
    async write(bytes) {
      const written = access.write(bytes, { at: end });
      end += written;
      if (written < bytes.length) throw new DOMException("The file took only a part of it.", "QuotaExceededError");
    },
    async finish(hash) {
      access.flush();
      access.close();
      try {
        await moved(handle as unknown as Movable, hash);
      } catch (error) {
        await remove(name);
        throw error;
      }
    },
    async abandon() {
      access.close();
      await remove(name);
    },
  };
}

/** Another tab may be moving the same content to its place, or freeing it, which takes it a moment. */
async function moved(file: Movable, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await file.move(name);
    } catch (error) {
      if (!isNamed(error, "NoModificationAllowedError") || attempt === MOVE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * MOVE_WAIT_MS));
    }
  }
}

const isNamed = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);
