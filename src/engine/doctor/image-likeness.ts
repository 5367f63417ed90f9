import type { ImageInputs } from "../data/dataset.ts";
import type { Likeness } from "./likeness.ts";

/** The hash compares neighbours in a row: 9 x 8 pixels give 8 x 8 bits. */
const HASH = { width: 9, height: 8 } as const;
/** Bits in which hashes of nearly equal images may differ: below 8, so that one of eight bytes is the same. */
const MOST_BITS = 7;
/** Grey levels by which a neighbour must be brighter, so that noise in plain areas sets no bits. */
const STEP = 2;
/** Side of the pictures on which a pair is checked. */
const SIDE = 16;
/** Correlation of these pictures from which two images count as nearly equal. */
export const NEAR_IMAGES = 0.98;
/** Mean difference in grey levels up to which they do. */
const MOST_DIFFERENCE = 12;

/**
 * Images compared by a difference hash (dHash: does brightness rise from one pixel of a 9 x 8 picture to the next, after
 * N. Krawetz 2013), and where these differ in at most 7 of 64 bits by the correlation of their 16 x 16 pictures.
 * Bits are dealt over eight bytes; of 7 differing ones at least one byte has none, so that no such pair is missed.
 * @param isBlank images that are not compared
 */
export function imageLikeness(inputs: ImageInputs, isBlank: (item: number) => boolean): Likeness {
  const hashes = new Map<number, Uint8Array>();
  const pictures = new Map<number, Float32Array>();
  const pictureOf = (item: number): Float32Array => {
    const known = pictures.get(item) ?? shrunk(inputs, item, SIDE, SIDE);
    pictures.set(item, known);
    return known;
  };
  return {
    threshold: NEAR_IMAGES,
    content: (item) => (isBlank(item) ? null : pixelHash(pixelsOf(inputs, item))),
    buckets: (item) => {
      const hash = differenceHash(inputs, item);
      hashes.set(item, hash);
      return Array.from(hash, (byte, i) => i * 256 + byte);
    },
    estimate: (a, b) => (differingBits(hashes.get(a) as Uint8Array, hashes.get(b) as Uint8Array) <= MOST_BITS ? 1 : 0),
    similarity: (a, b) => alike(pictureOf(a), pictureOf(b)),
  };
}

export const pixelsOf = ({ pixels, height, width, channels }: ImageInputs, item: number): Uint8Array => {
  const size = height * width * channels;
  return pixels.subarray(item * size, (item + 1) * size);
};

/** 64 bits as eight bytes; bit j goes to byte j mod 8, so that a byte does not stand for one row. */
function differenceHash(inputs: ImageInputs, item: number): Uint8Array {
  const grey = shrunk(inputs, item, HASH.width, HASH.height);
  const bytes = new Uint8Array(8);
  for (let y = 0; y < HASH.height; y++)
    for (let x = 0; x + 1 < HASH.width; x++) {
      const at = y * HASH.width + x;
      const bit = (grey[at + 1] as number) - (grey[at] as number) > STEP ? 1 : 0;
      const byte = (x + y) % 8;
      bytes[byte] = ((bytes[byte] as number) << 1) | bit;
    }
  return bytes;
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++)
    for (let rest = (a[i] as number) ^ (b[i] as number); rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** Brightness of an image on a coarser grid: the mean over the pixels of each cell. [height, width], 0 to 255 */
function shrunk(inputs: ImageInputs, item: number, width: number, height: number): Float32Array {
  const pixels = pixelsOf(inputs, item);
  const { channels } = inputs;
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, inputs.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, inputs.width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let at = (row * inputs.width + left) * channels; at < (row * inputs.width + right) * channels; at++)
          sum += pixels[at] as number;
      out[y * width + x] = sum / ((bottom - top) * (right - left) * channels);
    }
  }
  return out;
}

/** The source pixels [from, to) of cell `i` of `cells`, at least one. */
function span(i: number, cells: number, length: number): [number, number] {
  const from = Math.min(length - 1, Math.floor((i * length) / cells));
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / cells))];
}

/** Pearson correlation of two pictures; 0 where they differ in brightness, or one is plain. */
function alike(a: Float32Array, b: Float32Array): number {
  const n = a.length;
  let [sumA, sumB, aa, bb, ab, difference] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
    difference += Math.abs(x - y);
  }
  if (difference / n > MOST_DIFFERENCE) return 0;
  const spread = Math.sqrt((aa - (sumA * sumA) / n) * (bb - (sumB * sumB) / n));
  return spread > 0 ? (ab - (sumA * sumB) / n) / spread : 0;
}

/** Two hashes of 32 bits each, so that different pixels hardly ever have the same. */
function pixelHash(pixels: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (const value of pixels) {
    a = Math.imul(a ^ value, 0x01000193);
    b = Math.imul(b ^ value, 0x85ebca6b) ^ (b >>> 15);
  }
  return `${a >>> 0} ${b >>> 0}`;
}
