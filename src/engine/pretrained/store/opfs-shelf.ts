import { ModelFileError } from "../../errors.ts";
import type { FileWriter, Shelf } from "./shelf.ts";

const ROOT = "models";

/**
 * The browser's private file system (the File System Standard's origin private file system), which outlasts the tab.
 * Null where there is none, as in some browsers' private windows.
 */
export async function opfsShelf(storage: StorageManager | undefined = navigator.storage): Promise<Shelf | null> {
  try {
    if (!storage?.getDirectory) return null;
    const root = await storage.getDirectory();
    return shelfIn(await root.getDirectoryHandle(ROOT, { create: true }), storage);
  } catch {
    return null;
  }
}

function shelfIn(root: FileSystemDirectoryHandle, storage: StorageManager): Shelf {
  return {
    lasting: true,
    async folders() {
      const names: string[] = [];
      for await (const name of root.keys()) names.push(name);
      return names;
    },
    async read(folder, file) {
      try {
        const handle = await (await root.getDirectoryHandle(folder)).getFileHandle(file);
        return await handle.getFile();
      } catch (error) {
        return isNamed(error, "NotFoundError") ? null : fail(error, file);
      }
    },
    async write(folder, file, at) {
      try {
        const directory = await root.getDirectoryHandle(folder, { create: true });
        const handle = await directory.getFileHandle(file, { create: true });
        return await writeInPlace(handle, file, at);
      } catch (error) {
        return fail(error, file);
      }
    },
    async remove(folder) {
      try {
        await root.removeEntry(folder, { recursive: true });
      } catch (error) {
        if (!isNamed(error, "NotFoundError")) fail(error, folder);
      }
    },
    async estimate() {
      const { usage, quota } = await storage.estimate();
      return usage === undefined || quota === undefined ? null : { usage, quota };
    },
  };
}

/** What is written is there even where the tab is closed in the middle. Only workers may write so. */
async function writeInPlace(handle: FileSystemFileHandle, file: string, at: number): Promise<FileWriter> {
  const access = await handle.createSyncAccessHandle();
  access.truncate(at);
  let end = at;
  return {
    async write(bytes) {
      try {
        const written = access.write(bytes, { at: end });
        end += written;
        if (written < bytes.length) noRoom(file);
      } catch (error) {
        fail(error, file);
      }
    },
    async close() {
      access.flush();
      access.close();
    },
  };
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function fail(error: unknown, file: string): never {
  if (error instanceof ModelFileError) throw error;
  if (isNamed(error, "QuotaExceededError")) return noRoom(file, error);
  if (isNamed(error, "NoModificationAllowedError"))
    throw new ModelFileError(file, "not-allowed", "Another tab is writing it.", "Wait until that is done.", {
      cause: error,
    });
  const what = error instanceof Error ? error.message : String(error);
  throw new ModelFileError(file, "not-allowed", `The browser refuses to keep it: ${what}.`, "Try again.", {
    cause: error,
  });
}

function noRoom(file: string, cause?: unknown): never {
  throw new ModelFileError(
    file,
    "no-space",
    "The browser gives no more room for files.",
    "Delete models that are kept here, or make room on the disk.",
    { cause },
  );
}
