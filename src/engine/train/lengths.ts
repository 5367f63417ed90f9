import { Stream } from "../rng.ts";

/** Up to here lengths are its multiples, beyond it a power of two or one and a half times one. */
const STEP = 8;
const FINE = 32;

/** A length that is this part of the longest of all is not worth a recording of its own. */
const NEARLY = 7 / 8;

/**
 * The length at which rows of so many tokens at most are computed: the next of 8, 16, 24, 32, 48, 64, 96, 128, 192, ...,
 * or `longest` where that is less or hardly more. So few lengths keep recordings and programs few.
 * @param longest tokens of the longest row of all data
 */
export function computedLength(tokens: number, longest: number): number {
  const length = nextLength(tokens);
  return length < NEARLY * longest ? length : longest;
}

function nextLength(tokens: number): number {
  const multiple = STEP * Math.max(1, Math.ceil(tokens / STEP));
  if (multiple <= FINE) return multiple;
  const power = 2 ** Math.ceil(Math.log2(tokens));
  return tokens <= 0.75 * power ? 0.75 * power : power;
}

/** Rows of tokens, of each item the clean one and then its views. */
export interface CountedRows {
  /** Tokens of each row: [items * (1 + views)]. */
  readonly tokenCounts: Int32Array;
  readonly views: number;
  /** Tokens for which there is room. */
  readonly longest: number;
}

/** Batches that are drawn, and how many of them must have a length for it to be a usual one. */
const DRAWN = 64;
const USUAL = 4;

/**
 * The lengths that training batches of so many items will often have, the most frequent first, as batches of items
 * drawn at random show.
 */
export function usualLengths({ tokenCounts, views, longest }: CountedRows, batchSize: number, k: number): number[] {
  const stream = new Stream(1, "sample");
  const items = tokenCounts.length / (1 + views);
  const rowOf = (item: number): number => item * (1 + views) + (views > 0 ? 1 + stream.below(views) : 0);
  if (items === 0) return [longest];
  const found = new Map<number, number>();
  for (let i = 0; i < DRAWN; i++) {
    let most = 0;
    for (let place = 0; place < batchSize; place++) {
      const item = stream.below(items);
      for (let view = 0; view < (views > 0 ? k : 1); view++) most = Math.max(most, tokenCounts[rowOf(item)] as number);
    }
    const length = computedLength(most, longest);
    found.set(length, (found.get(length) ?? 0) + 1);
  }
  const byFrequency = [...found].sort(([, a], [, b]) => b - a);
  return byFrequency.filter(([, count], i) => i === 0 || count >= USUAL).map(([length]) => length);
}

/** Items that are computed at one length. */
export interface LengthGroup {
  readonly items: Int32Array;
  /** Where the first of them stands among all, group after group. */
  readonly start: number;
  /** Of the length of the longest row: at least this part, a power of two. */
  readonly share: number;
}

/** Items in groups of one length each, the longest first, and where in the groups each one is. */
export interface LengthGroups {
  readonly groups: readonly LengthGroup[];
  /** Of each item in the given order, its place among those of all groups. */
  readonly placeOf: Int32Array;
}

/**
 * Puts items beside those of their length, which keep their order among themselves.
 * @param lengthOf the length of an item's row, and how long the longest of the data is; null where all are of one length
 */
export function lengthGroups(
  items: Int32Array,
  lengthOf: { of(item: number): number; readonly longest: number } | null,
): LengthGroups {
  const lengths = Array.from(items, (item) => lengthOf?.of(item) ?? 1);
  const order = Array.from(items.keys()).sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
  const placeOf = new Int32Array(items.length);
  for (const [place, i] of order.entries()) placeOf[i] = place;
  const groups: LengthGroup[] = [];
  for (let start = 0; start < order.length; ) {
    const length = lengths[order[start] as number] as number;
    let end = start;
    while (end < order.length && lengths[order[end] as number] === length) end += 1;
    const share = 2 ** Math.ceil(Math.log2(length / (lengthOf?.longest ?? 1)));
    groups.push({ items: Int32Array.from(order.slice(start, end), (i) => items[i] as number), start, share });
    start = end;
  }
  return { groups, placeOf };
}
