import { memoryShelf } from "./memory-shelf.ts";
import { opfsShelf } from "./opfs-shelf.ts";
import { ModelStore } from "./store.ts";

/** The store of this browser; where it has no private file system, one that lasts as long as the tab. */
export async function openStore(): Promise<ModelStore> {
  return new ModelStore((await opfsShelf()) ?? memoryShelf());
}
