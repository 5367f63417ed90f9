import { Blobs } from "./blobs/blobs.ts";
import { memoryBlobShelf } from "./blobs/memory-blob-shelf.ts";
import { opfsBlobShelf } from "./blobs/opfs-blob-shelf.ts";
import { databaseCatalogue } from "./catalogue/database.ts";
import { memoryCatalogue } from "./catalogue/memory-catalogue.ts";
import type { ChangeKind, StoreParts } from "./kept-store.ts";
import { storeLocks } from "./locks.ts";
import { RunStore } from "./run-store.ts";
import { StoreError } from "./store-error.ts";

const CHANNEL = "refrain-store";
/** Where features lay before there was a store. */
const FORMER_FEATURES = "refrain-features-1";

/**
 * The store of this browser; where it gives no lasting storage, or only what a newer version made, one that lasts as
 * long as the tab.
 * @param changed told when another tab changed what is kept
 */
export async function openRunStore(changed: (kind: ChangeKind) => void): Promise<RunStore> {
  const storage = globalThis.navigator?.storage;
  const room = storage && "estimate" in storage ? storage : null;
  const free = async (): Promise<number | null> => {
    const { usage, quota } = (await room?.estimate()) ?? {};
    return usage === undefined || quota === undefined ? null : quota - usage;
  };
  try {
    const shelf = await opfsBlobShelf(storage);
    if (shelf && "indexedDB" in globalThis) {
      const catalogue = await databaseCatalogue();
      const parts = { blobs: new Blobs(shelf), catalogue, locks: storeLocks(), changed: tellOthers(changed), free };
      void globalThis.caches?.delete(FORMER_FEATURES).catch(() => {});
      return await new RunStore(parts, room).open();
    }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const why = error instanceof StoreError ? what : `What is kept here cannot be opened (${what}). Reload the page.`;
    console.warn(why, error);
    return new RunStore(memoryParts(), room, why).open();
  }
  return new RunStore(memoryParts(), room).open();
}

/** What lasts as long as the tab. */
function memoryParts(): StoreParts {
  const blobs = new Blobs(memoryBlobShelf());
  return { blobs, catalogue: memoryCatalogue(), locks: storeLocks(null), changed: () => {}, free: async () => null };
}

/** Listens to other tabs. @returns what tells them */
function tellOthers(changed: (kind: ChangeKind) => void): (kind: ChangeKind) => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => changed(data);
  return (kind) => channel.postMessage(kind);
}
