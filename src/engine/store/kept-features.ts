import { decodeFeatures, encodeFeatures, type FeatureCache } from "../features/feature-cache.ts";
import { sha256 } from "../hashing/digests.ts";
import type { Change } from "./catalogue/catalogue.ts";
import { readEntry } from "./entries/format.ts";
import { FEATURES_FORMAT, type KeptFeatures } from "./entries/source-format.ts";
import type { KeptStore } from "./kept-store.ts";

/** Features may take so much; beyond it those go first that were unused for longest. */
const MOST_BYTES = 2 ** 30;
/** When features were last used is known this exactly, so that reading them does not always write. */
const USED_MS = 60_000;

/**
 * Features that are kept between visits. They can always be computed anew, so failures to keep or read them are no
 * failures of the run.
 */
export class KeptFeatureCache implements FeatureCache {
  /** @param open the store, opened when it is first needed */
  constructor(
    readonly open: () => Promise<KeptStore>,
    readonly mostBytes = MOST_BYTES,
    readonly now: () => Date = () => new Date(),
  ) {}

  async read(key: string): Promise<Map<number, Float32Array> | null> {
    try {
      const store = await this.open();
      const hash = await sha256(key);
      const found = await store.parts.catalogue.get("features", hash);
      if (found === undefined) return null;
      const kept = readEntry(FEATURES_FORMAT, found, hash);
      const content = await store.parts.blobs.bytes(kept.blobs.features, "Features");
      await this.#use(store, hash, kept);
      return decodeFeatures(content.buffer);
    } catch (error) {
      console.warn("Kept features could not be read; they are computed anew.", error);
      return null;
    }
  }

  async write(key: string, features: ReadonlyMap<number, Float32Array>): Promise<void> {
    try {
      const store = await this.open();
      const bytes = new Uint8Array(encodeFeatures(features));
      // In memory they are held by whoever computed them.
      if (!store.lasting || bytes.length > this.mostBytes) return;
      await this.#makeRoom(store, bytes.length);
      const hash = await sha256(key);
      await store.keep("features", { features: bytes }, async (blobs) => [this.#put(hash, blobs)]);
    } catch (error) {
      console.warn("Features could not be kept for the next visit.", error);
    }
  }

  async #makeRoom(store: KeptStore, bytes: number): Promise<void> {
    const total = (await store.features()).reduce((sum, { size }) => sum + size, bytes);
    if (total > this.mostBytes) await store.evictFeatures(total - this.mostBytes);
  }

  async #use(store: KeptStore, key: string, { usedAt, blobs }: KeptFeatures): Promise<void> {
    if (this.now().getTime() - Date.parse(usedAt) < USED_MS) return;
    await store.commit("features", async () =>
      (await store.parts.catalogue.get("features", key)) === undefined ? [] : [this.#put(key, blobs)],
    );
  }

  #put(key: string, blobs: KeptFeatures["blobs"]): Change {
    const entry: KeptFeatures = { version: 1, usedAt: this.now().toISOString(), blobs };
    return { table: "features", key, value: entry };
  }
}
