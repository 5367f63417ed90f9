import { Stream } from "../rng.ts";

/** One batch: always `batchSize` items, so that shapes never change; what pads the last one weighs 0. */
export interface Batch {
  readonly items: Int32Array;
  /** 1 for a real item, 0 for padding. */
  readonly weights: Float32Array;
}

/** The batches of an epoch in an order of its own, decided by the seed. @param epoch counts from 1 */
export function* shuffledBatches(items: Int32Array, batchSize: number, seed: number, epoch: number): Generator<Batch> {
  yield* batchesOf(new Stream(seed, "shuffle", epoch).shuffle(items.slice()), batchSize);
}

/** Batches in the given order. */
export function* batchesOf(items: Int32Array, batchSize: number): Generator<Batch> {
  for (let start = 0; start < items.length; start += batchSize) {
    const part = items.subarray(start, start + batchSize);
    const padded = new Int32Array(batchSize).fill(part[0] as number);
    padded.set(part);
    yield { items: padded, weights: new Float32Array(batchSize).fill(1, 0, part.length) };
  }
}
