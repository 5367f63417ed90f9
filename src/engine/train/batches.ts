import type { Experiment } from "../../shared/experiment.ts";
import { Stream } from "../rng.ts";

/** One batch: always as many items, so that shapes never change; what pads the last one weighs 0. */
export interface Batch {
  /** Members of one group lie side by side. */
  readonly items: Int32Array;
  /** One for each group (for each item, where there are none): 1 for a real one, 0 for padding. */
  readonly weights: Float32Array;
}

/** What decides the batches of an epoch. */
export interface Batching {
  readonly batchSize: number;
  /** Items of one class whose outputs are pooled together; 1 pools each item by itself. */
  readonly groupSize: number;
  readonly seed: number;
}

export const batchingOf = ({ batchSize, repeat, seed }: Experiment): Batching => ({
  batchSize,
  groupSize: repeat.groupSize,
  seed,
});

/**
 * The batches of an epoch in an order of its own, decided by the seed. Groups are drawn anew in every epoch: each class's
 * items in shuffled order, cut into groups, the last filled up from the front, so that every item is in one at least.
 * @param labels class of every item
 * @param epoch counts from 1
 */
export function* epochBatches(
  items: Int32Array,
  labels: Int32Array,
  { batchSize, groupSize, seed }: Batching,
  epoch: number,
): Generator<Batch> {
  const stream = new Stream(seed, "shuffle", epoch);
  const shuffled = stream.shuffle(items.slice());
  if (groupSize === 1) yield* batchesOf(shuffled, batchSize);
  else yield* groupBatches(shuffleGroups(groupsOf(shuffled, labels, groupSize), stream), batchSize);
}

/** How many batches an epoch has. */
export function batchesPerEpoch(items: Int32Array, labels: Int32Array, { batchSize, groupSize }: Batching): number {
  if (groupSize === 1) return Math.ceil(items.length / batchSize);
  return Math.ceil(groupsOf(items, labels, groupSize).length / groupsPerBatch(batchSize, groupSize));
}

/** Batches in the given order, each item by itself. */
export function* batchesOf(items: Int32Array, batchSize: number): Generator<Batch> {
  yield* groupBatches(
    Array.from(items, (item) => Int32Array.of(item)),
    batchSize,
  );
}

const groupsPerBatch = (batchSize: number, groupSize: number): number => Math.max(1, Math.floor(batchSize / groupSize));

function* groupBatches(groups: readonly Int32Array[], batchSize: number): Generator<Batch> {
  const size = groups[0]?.length ?? 1;
  const perBatch = groupsPerBatch(batchSize, size);
  for (let start = 0; start < groups.length; start += perBatch) {
    const part = groups.slice(start, start + perBatch);
    const items = new Int32Array(perBatch * size);
    for (let i = 0; i < perBatch; i++) items.set(part[i] ?? (part[0] as Int32Array), i * size);
    yield { items, weights: new Float32Array(perBatch).fill(1, 0, part.length) };
  }
}

function groupsOf(items: Int32Array, labels: Int32Array, size: number): Int32Array[] {
  const byClass = new Map<number, number[]>();
  for (const item of items) {
    const label = labels[item] as number;
    const members = byClass.get(label);
    if (members) members.push(item);
    else byClass.set(label, [item]);
  }
  return [...byClass.values()].flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / size) }, (_, group) =>
      Int32Array.from({ length: size }, (_, i) => members[(group * size + i) % members.length] as number),
    ),
  );
}

function shuffleGroups(groups: Int32Array[], stream: Stream): Int32Array[] {
  const order = stream.shuffle(Int32Array.from({ length: groups.length }, (_, i) => i));
  return Array.from(order, (i) => groups[i] as Int32Array);
}
