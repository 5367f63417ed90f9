import type { Work } from "../data/dataset.ts";
import { letMessagesIn } from "../data/in-pieces.ts";

/** How inputs of one kind are compared. */
export interface Likeness {
  /** Equal for inputs that anybody would take for the same; null for one that is not to be compared. */
  content(item: number): string | null;
  /** Numbers of the buckets an item lies in: alike ones share a bucket, nearly always. Empty: only equal ones are alike. */
  buckets(item: number): readonly number[];
  /** A quick guess at the similarity of two items that were given buckets. */
  estimate(a: number, b: number): number;
  /** How alike two inputs are, 0 to 1, checked on the inputs themselves. */
  similarity(a: number, b: number): number;
  /** From here on two inputs count as nearly equal. */
  readonly threshold: number;
}

/** An item and the earlier one that it is most like. */
export interface Twin {
  readonly item: number;
  readonly of: number;
  /** 1: the same to anybody. */
  readonly similarity: number;
}

/** Of a bucket so many of the latest items are looked at, so that a crowded one does not cost its square. */
const SCANNED = 128;
/** Candidates checked on the inputs themselves, those with the best estimates. */
const CHECKED = 8;
/** An estimate may fall short of the similarity by this. */
export const SLACK = 0.15;

/**
 * For each item the most similar earlier one, where that reaches the threshold. Equal contents are found by a table;
 * others by buckets of locality-sensitive hashes (Indyk and Motwani 1998), so that the time grows with the items and not with
 * their pairs.
 * @throws CancelledError
 */
export async function findTwins(items: Int32Array, likeness: Likeness, work: Work): Promise<Twin[]> {
  const first = new Map<string, number>();
  const buckets = new Map<number, number[]>();
  const twins: Twin[] = [];
  for (const [i, item] of items.entries()) {
    if (i % 256 === 0) {
      work.progress("Comparing items", i, items.length);
      await letMessagesIn(work);
    }
    const content = likeness.content(item);
    if (content === null) continue;
    const equal = first.get(content);
    if (equal !== undefined) {
      twins.push({ item, of: equal, similarity: 1 });
      continue;
    }
    first.set(content, item);
    const own = likeness.buckets(item);
    const nearest = nearestOf(item, candidatesIn(own, buckets), likeness);
    if (nearest) twins.push(nearest);
    for (const key of own) {
      const bucket = buckets.get(key);
      if (bucket) bucket.push(item);
      else buckets.set(key, [item]);
    }
  }
  return twins;
}

function candidatesIn(keys: readonly number[], buckets: ReadonlyMap<number, readonly number[]>): Set<number> {
  const candidates = new Set<number>();
  for (const key of keys) for (const other of buckets.get(key)?.slice(-SCANNED) ?? []) candidates.add(other);
  return candidates;
}

function nearestOf(item: number, candidates: Iterable<number>, likeness: Likeness): Twin | null {
  const { threshold } = likeness;
  const hopeful = Array.from(candidates, (of) => ({ of, estimate: likeness.estimate(item, of) }))
    .filter(({ estimate }) => estimate >= threshold - SLACK)
    .sort((a, b) => b.estimate - a.estimate || a.of - b.of)
    .slice(0, CHECKED);
  let best: Twin | null = null;
  for (const { of } of hopeful) {
    const similarity = likeness.similarity(item, of);
    if (similarity >= threshold && similarity > (best?.similarity ?? 0)) best = { item, of, similarity };
  }
  return best;
}

/** Groups of items that are alike, each in ascending order: what twins of at least a similarity connect. */
export function groupTwins(twins: readonly Twin[], least = 0): number[][] {
  const leader = new Map<number, number>();
  const find = (item: number): number => {
    let at = item;
    while ((leader.get(at) ?? at) !== at) at = leader.get(at) as number;
    if (at !== item) leader.set(item, at);
    return at;
  };
  const used = twins.filter(({ similarity }) => similarity >= least);
  for (const { item, of } of used) {
    const [a, b] = [find(item), find(of)];
    if (a !== b) leader.set(Math.max(a, b), Math.min(a, b));
  }
  const groups = new Map<number, Set<number>>();
  for (const { item, of } of used)
    for (const member of [of, item]) {
      const group = groups.get(find(member));
      if (group) group.add(member);
      else groups.set(find(member), new Set([member]));
    }
  return [...groups.values()]
    .map((group) => [...group].sort((a, b) => a - b))
    .sort((a, b) => (a[0] as number) - (b[0] as number));
}
