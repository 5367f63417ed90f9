import type { TensorFile } from "./safetensors.ts";

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a over 32-bit words, in hexadecimal: h = (h xor word) * prime mod 2^32, over metadata, names and shapes, then over
 * the data. Each step is a bijection of h and of the word, so that damage within one word is always seen, any other all
 * but once in 2^32 times. Source: Fowler, Noll and Vo, draft-eastlake-fnv, section 2, there over bytes.
 */
export function checksum({ params, metadata }: TensorFile): string {
  const tensors = Object.entries(params);
  const text = JSON.stringify([metadata, tensors.map(([name, { shape }]) => [name, shape])]);
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, PRIME);
  for (const [, { values }] of tensors) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ (words[i] as number), PRIME);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
