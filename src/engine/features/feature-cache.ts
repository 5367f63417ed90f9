/** Keeps features between visits, by a key that names all that decides them. */
export interface FeatureCache {
  read(key: string): Promise<Map<number, Float32Array> | null>;
  write(key: string, features: ReadonlyMap<number, Float32Array>): Promise<void>;
}

const STORE = "refrain-features-1";

/**
 * Features in the browser's Cache storage, one entry a key under its SHA-256. A cache may always be lost, so its
 * failures (private mode, a full disk) are no failures of the run.
 */
export class BrowserFeatureCache implements FeatureCache {
  async read(key: string): Promise<Map<number, Float32Array> | null> {
    try {
      const found = await (await caches.open(STORE)).match(await address(key));
      return found ? decodeFeatures(await found.arrayBuffer()) : null;
    } catch (error) {
      console.warn("Kept features could not be read; they are computed anew.", error);
      return null;
    }
  }

  async write(key: string, features: ReadonlyMap<number, Float32Array>): Promise<void> {
    try {
      await (await caches.open(STORE)).put(await address(key), new Response(encodeFeatures(features)));
    } catch (error) {
      console.warn("Features could not be kept for the next visit.", error);
    }
  }
}

/** Without Cache storage (tests, insecure pages) nothing is kept. */
export const NO_CACHE: FeatureCache = { read: async () => null, write: async () => {} };

async function address(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `/features/${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** [count, width, item numbers..., features...], all little-endian 32-bit. */
export function encodeFeatures(features: ReadonlyMap<number, Float32Array>): ArrayBuffer {
  const count = features.size;
  const width = features.values().next().value?.length ?? 0;
  const buffer = new ArrayBuffer(4 * (2 + count + count * width));
  const numbers = new Int32Array(buffer, 0, 2 + count);
  const values = new Float32Array(buffer, 4 * (2 + count));
  numbers.set([count, width]);
  let row = 0;
  for (const [item, vector] of features) {
    numbers[2 + row] = item;
    values.set(vector, row * width);
    row += 1;
  }
  return buffer;
}

/** Reads what {@link encodeFeatures} wrote; null where the length does not fit (an entry cut short). */
export function decodeFeatures(buffer: ArrayBuffer): Map<number, Float32Array> | null {
  if (buffer.byteLength < 8 || buffer.byteLength % 4 !== 0) return null;
  const [count = 0, width = 0] = new Int32Array(buffer, 0, 2);
  if (count < 0 || width < 0 || buffer.byteLength !== 4 * (2 + count + count * width)) return null;
  const items = new Int32Array(buffer, 8, count);
  const values = new Float32Array(buffer, 4 * (2 + count));
  return new Map(Array.from(items, (item, row) => [item, values.slice(row * width, (row + 1) * width)]));
}
