import { runSide, type Side } from "../sides.ts";

/** What can be chosen as A or B: the sides, and each run of a side of several. Only runs that have ended say anything. */
export function candidatesOf(sides: readonly Side[]): { groups: Side[]; runs: Side[] } {
  const ended = sides.flatMap((side) => {
    const runs = side.runs.filter(({ figures }) => figures !== null);
    if (runs.length === 0) return [];
    return runs.length === side.runs.length ? [side] : [{ ...side, runs, seeds: seedsOf(runs) }];
  });
  return {
    groups: ended.filter(({ runs }) => runs.length > 1),
    runs: ended.flatMap(({ runs }) => runs.map(runSide)),
  };
}

const seedsOf = (runs: Side["runs"]): number => new Set(runs.map(({ experiment }) => experiment.seed)).size;

/** The first two sides, and in place of one that is gone the first that is not the other. */
export function chosenPair(
  sides: readonly Side[],
  wanted: { a: string | null; b: string | null },
): { a: Side; b: Side } | null {
  const { groups, runs } = candidatesOf(sides);
  const all = [...groups, ...runs];
  const usual = candidatesInOrder(sides);
  const find = (key: string | null) => all.find((side) => side.key === key);
  const a = find(wanted.a) ?? usual.find(({ key }) => key !== wanted.b);
  const b = find(wanted.b) ?? usual.find((side) => a !== undefined && !overlaps(side, a));
  return a && b ? { a, b } : null;
}

/** Groups stand for their runs; a side of one run for itself. */
function candidatesInOrder(sides: readonly Side[]): Side[] {
  const { groups, runs } = candidatesOf(sides);
  return sides.flatMap(({ key }) => [...groups, ...runs].find((side) => side.key === key) ?? []);
}

const overlaps = (a: Side, b: Side): boolean => a.runs.some(({ runId }) => b.runs.some((run) => run.runId === runId));
