import type { RunPair } from "./pair-runs.ts";

/** Stands for a class where a pair of runs does not test an item. */
export const NOT_TESTED = -1;

/**
 * Test items by what all pairs of runs said of them. Items of one pattern are exchangeable, so scores need only how
 * often each pattern occurs, and patterns are few.
 */
export interface OutcomePatterns {
  /** Distinct test items. */
  items: Int32Array;
  /** [items] -> index of its pattern. */
  pattern: Int32Array;
  /** [patterns] -> true class. */
  truth: Int32Array;
  /** For each pair of runs, [patterns] -> predicted class on either side, or NOT_TESTED. */
  pairs: readonly { a: Int32Array; b: Int32Array }[];
}

/** Groups the items of all pairs by their true class and all predictions; an item has the same truth in every pair. */
export function outcomePatterns(pairs: readonly RunPair[]): OutcomePatterns {
  const width = 1 + 2 * pairs.length;
  const rows = new Map<number, Int32Array>();
  for (const [p, { items, truth, a, b }] of pairs.entries()) {
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as number;
      const row = rows.get(item) ?? new Int32Array(width).fill(NOT_TESTED);
      rows.set(item, row);
      row[0] = truth[i] as number;
      row[1 + 2 * p] = a[i] as number;
      row[2 + 2 * p] = b[i] as number;
    }
  }
  const items = Int32Array.from(rows.keys());
  const found = new Map<string, number>();
  const distinct: Int32Array[] = [];
  const pattern = items.map((item) => {
    const row = rows.get(item) as Int32Array;
    const key = row.join();
    const known = found.get(key);
    if (known !== undefined) return known;
    found.set(key, distinct.length);
    return distinct.push(row) - 1;
  });
  const column = (c: number): Int32Array => Int32Array.from(distinct, (row) => row[c] as number);
  return {
    items,
    pattern,
    truth: column(0),
    pairs: pairs.map((_, p) => ({ a: column(1 + 2 * p), b: column(2 + 2 * p) })),
  };
}
