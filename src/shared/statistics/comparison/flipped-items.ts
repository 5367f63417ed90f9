import { NOT_TESTED, type OutcomePatterns } from "./outcome-patterns.ts";

/** A test item to which the two sides give different classes in at least one pair of runs. */
export interface FlippedItem {
  item: number;
  truth: number;
  /** Pairs of runs that test it, and those of them in which the sides differ. */
  tested: number;
  changed: number;
  /** Pairs in which B alone is right, and in which A alone is. */
  gained: number;
  lost: number;
  /** The change of class that most of those pairs make; the first of the most frequent ones. */
  from: number;
  to: number;
}

/** The items that flip, those that change between right and wrong in most pairs first, then by their number. */
export function flippedItems(patterns: OutcomePatterns): FlippedItem[] {
  const flips = Array.from(patterns.truth, (_, g) => flipOf(patterns, g));
  const found = Array.from(patterns.items, (item, i): FlippedItem | null => {
    const flip = flips[patterns.pattern[i] as number];
    return flip ? { item, ...flip } : null;
  });
  const turned = ({ gained, lost }: FlippedItem): number => gained + lost;
  return found
    .filter((flip) => flip !== null)
    .sort((x, y) => turned(y) - turned(x) || y.changed - x.changed || x.item - y.item);
}

function flipOf({ truth, pairs }: OutcomePatterns, g: number): Omit<FlippedItem, "item"> | null {
  const is = truth[g] as number;
  const said = pairs.map(({ a, b }) => ({ from: a[g] as number, to: b[g] as number }));
  const tested = said.filter(({ from }) => from !== NOT_TESTED);
  const changes = tested.filter(({ from, to }) => from !== to);
  const [first] = changes;
  if (!first) return null;
  const votes = (change: typeof first): number =>
    changes.filter(({ from, to }) => from === change.from && to === change.to).length;
  const most = changes.reduce((best, change) => (votes(change) > votes(best) ? change : best), first);
  return {
    truth: is,
    tested: tested.length,
    changed: changes.length,
    gained: changes.filter(({ to }) => to === is).length,
    lost: changes.filter(({ from }) => from === is).length,
    from: most.from,
    to: most.to,
  };
}
