/** Keeps features between visits, by a key that names all that decides them. */
export interface FeatureCache {
  read(key: string): Promise<Map<number, Float32Array> | null>;
  write(key: string, features: ReadonlyMap<number, Float32Array>): Promise<void>;
}

/** Keeps nothing. */
export const NO_CACHE: FeatureCache = { read: async () => null, write: async () => {} };

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
