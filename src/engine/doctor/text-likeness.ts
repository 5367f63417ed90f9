import { normaliseText } from "../data/duplicates.ts";
import { Stream } from "../rng.ts";
import { type Likeness, SLACK } from "./likeness.ts";

/** Characters of a shingle: long enough that unrelated short texts share few (Leskovec et al. 2014, section 3.2.2). */
const SHINGLE = 5;
/** Jaccard similarity of their shingles from which two texts count as nearly equal. */
export const NEAR_TEXTS = 0.8;
/** 20 bands of 5 minima: two texts of similarity 0.8 share a band with probability 1 - (1 - 0.8^5)^20 = 0.9996. */
const BANDS = 20;
const ROWS = 5;
const MINIMA = BANDS * ROWS;
/** Of a long text the shingles with the smallest hashes stand for all (Broder 1997, section 4). */
const SKETCH = 512;

/** Minima in which two texts may differ and still be worth checking. */
const MOST_DIFFERENT = Math.ceil((1 - NEAR_TEXTS + SLACK) * MINIMA);

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Texts compared by the Jaccard similarity |A and B| / |A or B| of their sets of character shingles, punctuation and case
 * aside. Buckets are bands of MinHash signatures: two sets have the same minimum under a random order with exactly the
 * probability of their similarity (Broder 1997, "On the resemblance and containment of documents").
 * @param isBlank texts that are not compared
 */
export function textLikeness(texts: readonly string[], isBlank: (item: number) => boolean): Likeness {
  const orders = randomOrders();
  const signatures = new Map<number, Uint32Array>();
  return {
    threshold: NEAR_TEXTS,
    content: (item) => (isBlank(item) ? null : normaliseText(texts[item] ?? "")),
    buckets: (item) => {
      const signature = signatureOf(shinglesOf(texts[item] ?? ""), orders);
      signatures.set(item, signature);
      return Array.from({ length: BANDS }, (_, band) => bandKey(signature, band));
    },
    estimate: (a, b) => agreement(signatures.get(a) as Uint32Array, signatures.get(b) as Uint32Array),
    similarity: (a, b) => jaccard(shinglesOf(texts[a] ?? ""), shinglesOf(texts[b] ?? "")),
  };
}

/** Hashes of the distinct shingles of a text, in ascending order. A text shorter than one is a shingle of its own. */
export function shinglesOf(text: string): Uint32Array {
  const words = normaliseText(text.normalize("NFKC").replace(/[\p{P}\p{S}]+/gu, " "));
  const plain = words === "" ? normaliseText(text) : words;
  const count = Math.max(1, plain.length - SHINGLE + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    let hash = FNV_OFFSET;
    for (let i = start; i < Math.min(plain.length, start + SHINGLE); i++)
      hash = Math.imul(hash ^ plain.charCodeAt(i), FNV_PRIME);
    hashes[start] = mixed(hash);
  }
  hashes.sort();
  return hashes.filter((hash, i) => i === 0 || hash !== hashes[i - 1]);
}

/** |A and B| / |A or B| of two ascending lists. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, both] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) both += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return both / Math.max(1, a.length + b.length - both);
}

interface Orders {
  readonly masks: Uint32Array;
  readonly factors: Uint32Array;
}

/** Random orders of 32-bit numbers, x -> (x xor mask) * odd factor; the same in every examination. */
function randomOrders(): Orders {
  const stream = new Stream(0, "sample", 1);
  const draw = () => Uint32Array.from({ length: MINIMA }, () => stream.integer());
  return { masks: draw(), factors: draw().map((factor) => factor | 1) };
}

function signatureOf(shingles: Uint32Array, { masks, factors }: Orders): Uint32Array {
  const minima = new Uint32Array(MINIMA).fill(0xffffffff);
  for (const shingle of shingles.subarray(0, SKETCH))
    for (let m = 0; m < MINIMA; m++) {
      const value = Math.imul(shingle ^ (masks[m] as number), factors[m] as number) >>> 0;
      if (value < (minima[m] as number)) minima[m] = value;
    }
  return minima;
}

function bandKey(signature: Uint32Array, band: number): number {
  let hash = FNV_OFFSET ^ band;
  for (let row = 0; row < ROWS; row++)
    hash = mixed(Math.imul(hash ^ (signature[band * ROWS + row] as number), FNV_PRIME));
  return band * 2 ** 32 + hash;
}

/** Share of equal minima, an estimate of the Jaccard similarity; 0 as soon as it can no longer be of interest. */
function agreement(a: Uint32Array, b: Uint32Array): number {
  let different = 0;
  for (let m = 0; m < MINIMA; m++) if (a[m] !== b[m] && ++different > MOST_DIFFERENT) return 0;
  return 1 - different / MINIMA;
}

/** Spreads a hash over all 32 bits (the finalizer of MurmurHash3, A. Appleby, public domain). */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
