/** What one run said of its test items, as indices of classes. Items are numbered by the data set. */
export interface ItemOutcomes {
  seed: number;
  items: Int32Array;
  truth: Int32Array;
  predicted: Int32Array;
}

/** A configuration with its runs, one or several seeds. */
export interface ComparedSide {
  /** As the verdict is to call it. */
  name: string;
  /** SHA-256 of the data set that numbers the items. */
  dataSha256: string;
  runs: readonly ItemOutcomes[];
}

/** Two runs on the same test items, in the order of their numbers. */
export interface RunPair {
  seedA: number;
  seedB: number;
  items: Int32Array;
  truth: Int32Array;
  a: Int32Array;
  b: Int32Array;
}

interface SortedRun extends ItemOutcomes {
  /** Equal where the items are. */
  key: string;
}

/**
 * Pairs the runs of two sides that have the same test items: first those of the same seed, then the others in their
 * order. The same seed twice on a side is one run told twice, and counts once; a run without test items is left out.
 * @throws RangeError where a run's lists differ in length, or it tests an item twice
 */
export function pairRuns(a: ComparedSide, b: ComparedSide): RunPair[] {
  const waiting = distinctRuns(b);
  const take = (fits: (run: SortedRun) => boolean): SortedRun | null => {
    const at = waiting.findIndex(fits);
    return at < 0 ? null : (waiting.splice(at, 1)[0] as SortedRun);
  };
  const pairs: RunPair[] = [];
  const alone: SortedRun[] = [];
  for (const run of distinctRuns(a)) {
    const partner = take(({ seed, key }) => seed === run.seed && key === run.key);
    if (partner) pairs.push(pairOf(run, partner));
    else alone.push(run);
  }
  for (const run of alone) {
    const partner = take(({ key }) => key === run.key);
    if (partner) pairs.push(pairOf(run, partner));
  }
  // An order that knows no sides: the same draws then serve (A, B) and (B, A).
  const [low, high] = [Math.min, Math.max];
  return pairs.sort(
    (p, q) => low(p.seedA, p.seedB) - low(q.seedA, q.seedB) || high(p.seedA, p.seedB) - high(q.seedA, q.seedB),
  );
}

function distinctRuns({ name, runs }: ComparedSide): SortedRun[] {
  const seen = new Map<string, SortedRun>();
  for (const run of runs.filter(({ items }) => items.length > 0)) {
    const sorted = sortedByItem(name, run);
    const identity = `${run.seed}:${sorted.key}`;
    if (!seen.has(identity)) seen.set(identity, sorted);
  }
  return [...seen.values()];
}

function sortedByItem(name: string, { seed, items, truth, predicted }: ItemOutcomes): SortedRun {
  if (truth.length !== items.length || predicted.length !== items.length)
    throw new RangeError(
      `${name}, seed ${seed}: ${items.length} items, but ${truth.length} true and ${predicted.length} predicted classes.`,
    );
  const order = Array.from(items, (_, i) => i).sort((i, j) => (items[i] as number) - (items[j] as number));
  const sorted = Int32Array.from(order, (i) => items[i] as number);
  const twice = sorted.find((item, i) => i > 0 && item === sorted[i - 1]);
  if (twice !== undefined) throw new RangeError(`${name}, seed ${seed}: item ${twice} is tested twice.`);
  return {
    seed,
    items: sorted,
    truth: Int32Array.from(order, (i) => truth[i] as number),
    predicted: Int32Array.from(order, (i) => predicted[i] as number),
    key: sorted.join(),
  };
}

const pairOf = (a: SortedRun, b: SortedRun): RunPair => ({
  seedA: a.seed,
  seedB: b.seed,
  items: a.items,
  truth: a.truth,
  a: a.predicted,
  b: b.predicted,
});

/** Why two sides cannot be compared, as the end of a sentence; null where they can. */
export function whyNotComparable(a: ComparedSide, b: ComparedSide, pairs: readonly RunPair[]): string | null {
  for (const { name, runs } of [a, b]) {
    if (runs.length === 0) return `${name} has no run`;
    if (runs.every(({ items }) => items.length === 0)) return `${name} has no test items`;
  }
  if (a.dataSha256 !== b.dataSha256) return "their data differ";
  const relabelled = itemOfTwoTruths([...a.runs, ...b.runs]);
  if (relabelled !== null) return `item ${relabelled} does not have the same label in all of their runs`;
  return pairs.length > 0 ? null : `their test items differ: ${sharedItems(a, b)}`;
}

function itemOfTwoTruths(runs: readonly ItemOutcomes[]): number | null {
  const truthOf = new Map<number, number>();
  for (const { items, truth } of runs) {
    for (const [i, item] of items.entries()) {
      const known = truthOf.get(item);
      if (known !== undefined && known !== truth[i]) return item;
      truthOf.set(item, truth[i] as number);
    }
  }
  return null;
}

function sharedItems(a: ComparedSide, b: ComparedSide): string {
  const testedBy = ({ runs }: ComparedSide): Set<number> => new Set(runs.flatMap(({ items }) => [...items]));
  const [ofA, ofB] = [testedBy(a), testedBy(b)];
  const both = [...ofA].filter((item) => ofB.has(item)).length;
  const split = both > 0 ? ", and no run of the one has a partner with the same items" : "";
  return `${a.name} was tested on ${ofA.size} and ${b.name} on ${ofB.size}, of which ${both} are the same${split}`;
}
