import type { Experiment } from "../../shared/experiment.ts";
import { Stream } from "../rng.ts";

/** One batch: always as many items, so that shapes never change; what pads the last one weighs 0. */
export interface Batch {
  /** Members of one group lie side by side. */
  readonly items: Int32Array;
  /** One for each group (for each item, where there are none): 1 for a real one, 0 for padding. */
  readonly weights: Float32Array;
}

/** True where nothing pads a batch. */
export const isWhole = ({ weights }: Batch): boolean => weights.every((weight) => weight === 1);

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
  const order = groupSize === 1 ? shuffled : flatten(shuffleGroups(groupsOf(shuffled, labels, groupSize), stream));
  yield* cut(order, batchSize, groupSize);
}

/** How many batches an epoch has. */
export function batchesPerEpoch(items: Int32Array, labels: Int32Array, { batchSize, groupSize }: Batching): number {
  if (groupSize === 1) return Math.ceil(items.length / batchSize);
  return Math.ceil(groupsOf(items, labels, groupSize).length / groupsPerBatch(batchSize, groupSize));
}

/** Batches in the given order, each item by itself. */
export const batchesOf = (items: Int32Array, batchSize: number): Generator<Batch> => cut(items, batchSize, 1);

/** Items that every batch has. */
export const batchLength = ({ batchSize, groupSize }: Batching): number =>
  groupSize * groupsPerBatch(batchSize, groupSize);

const groupsPerBatch = (batchSize: number, groupSize: number): number => Math.max(1, Math.floor(batchSize / groupSize));

/** Cuts groups that lie one behind the other into batches; the last is filled up with copies of its first group. */
function* cut(items: Int32Array, batchSize: number, groupSize: number): Generator<Batch> {
  const groups = groupsPerBatch(batchSize, groupSize);
  const length = groups * groupSize;
  for (let start = 0; start < items.length; start += length) {
    const part = items.subarray(start, start + length);
    const padded = new Int32Array(length);
    padded.set(part);
    for (let at = part.length; at < length; at += groupSize) padded.set(part.subarray(0, groupSize), at);
    yield { items: padded, weights: new Float32Array(groups).fill(1, 0, part.length / groupSize) };
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

const flatten = (groups: readonly Int32Array[]): Int32Array => Int32Array.from(groups.flatMap((group) => [...group]));
