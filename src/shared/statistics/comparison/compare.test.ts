import { expect, test } from "vitest";
import { outcomes, range, side, simulatedRun, xorshift } from "../testing/simulated.ts";
import { compareSides } from "./compare.ts";
import type { Comparison } from "./comparison.ts";
import type { ComparedSide, ItemOutcomes } from "./pair-runs.ts";

const compare = (a: ComparedSide, b: ComparedSide, resamples = 1000): Comparison =>
  compareSides(a, b, { numClasses: 3, random: xorshift(5), resamples });

const hardness = Array.from({ length: 120 }, xorshift(11));
const run = (seed: number, share: number, draws = seed): ItemOutcomes =>
  simulatedRun(seed, hardness, share, xorshift(100 * draws + Math.round(100 * share)));

const A = side("A", run(1, 0.7), run(2, 0.7), run(3, 0.7));
const B = side("B", run(1, 0.9), run(2, 0.9), run(3, 0.9));

test("the same predictions differ by nothing, to the last bit", () => {
  const found = compare(side("A", run(1, 0.7)), side("B", run(1, 0.7)));
  for (const score of [found.accuracy, found.macroF1])
    expect(score).toMatchObject({ difference: 0, interval: [0, 0], level: 0.95 });
  expect(found.mcnemar).toMatchObject({ pValue: 1, exact: true });
  expect(found.flipped).toEqual([]);
  expect(found.verdict).toEqual({
    kind: "not-distinguishable",
    sentence:
      "A and B are not distinguishable: they give every item the same class, on the same 120 test items. One seed each: that says nothing about other seeds.",
  });
});

test("a sound classifier and a broken one are told apart", () => {
  const broken = outcomes(1, range(120), [...run(1, 0.9).truth], new Array(120).fill(0));
  const found = compare(side("Sound", run(1, 0.9)), side("Broken", broken));
  expect(found.verdict.kind).toBe("a-better");
  expect(found.verdict.sentence).toMatch(
    /^Sound is better than Broken: its accuracy is \d+\.\d points higher \(95% interval \d+\.\d to \d+\.\d; McNemar's test p < 0\.001\), on the same 120 test items\. One seed each: that says nothing about other seeds\.$/,
  );
});

test("(B, A) mirrors (A, B)", () => {
  for (const [a, b] of [
    [A, B],
    [side("A", run(1, 0.7)), side("B", run(4, 0.78))],
    [side("A", run(1, 0.5), run(2, 0.8)), side("B", run(9, 0.8), run(8, 0.82))],
  ] as const) {
    const [ab, ba] = [compare(a, b), compare(b, a)];
    for (const score of ["accuracy", "macroF1"] as const) {
      expect(ba[score]?.difference).toBe(-(ab[score]?.difference ?? Number.NaN));
      expect(ba[score]?.interval[0]).toBeCloseTo(-(ab[score]?.interval[1] ?? Number.NaN), 12);
      expect(ba[score]?.interval[1]).toBeCloseTo(-(ab[score]?.interval[0] ?? Number.NaN), 12);
    }
    expect(ba.mcnemar?.pValue).toBe(ab.mcnemar?.pValue);
    const mirrored = ab.flipped.map((flip) => ({ ...flip, gained: flip.lost, lost: flip.gained }));
    expect(ba.flipped.map(({ from, to, ...rest }) => ({ ...rest, from: to, to: from }))).toEqual(mirrored);
  }
});

test("the order of items and of runs changes nothing", () => {
  const shuffled = ({ items, truth, predicted, seed }: ItemOutcomes): ItemOutcomes => {
    const order = range(items.length).map((i) => (i * 77 + seed) % items.length);
    const pick = (values: Int32Array) => Int32Array.from(order, (i) => values[i] as number);
    return { seed, items: pick(items), truth: pick(truth), predicted: pick(predicted) };
  };
  expect(compare({ ...A, runs: A.runs.map(shuffled).reverse() }, B)).toEqual(compare(A, B));
});

test("several seeds: means over pairs, no McNemar, and how few seeds there are", () => {
  const found = compare(A, B);
  expect(found).toMatchObject({ pairs: 3, seeds: { a: 3, b: 3 }, items: 120, mcnemar: null });
  const right = ({ truth, predicted }: ItemOutcomes) => predicted.filter((said, i) => said === truth[i]).length;
  const mean = ({ runs }: ComparedSide) => runs.reduce((sum, one) => sum + right(one) / 120, 0) / 3;
  expect(found.accuracy?.a).toBeCloseTo(mean(A), 12);
  expect(found.accuracy?.b).toBeCloseTo(mean(B), 12);
  expect(found.verdict.kind).toBe("b-better");
  expect(found.verdict.sentence).toMatch(/ 3 seeds each: that says little about other seeds\.$/);
});

test("runs pair by seed first, then in order, and the same seed twice counts once", () => {
  const one = compare(side("A", run(1, 0.7), run(1, 0.7)), side("B", run(4, 0.9), run(1, 0.9), run(1, 0.9)));
  expect(one).toMatchObject({ pairs: 1, seeds: { a: 1, b: 2 } });
  const bySeed = compare(side("A", run(1, 0.7)), side("B", run(1, 0.9)));
  expect(one.accuracy).toEqual(bySeed.accuracy);
  const inOrder = compare(side("A", run(1, 0.7), run(2, 0.7)), side("B", run(8, 0.9), run(9, 0.9)));
  expect(inOrder.pairs).toBe(2);
});

test("a run without test items stands aside", () => {
  const empty = outcomes(1, [], [], []);
  const found = compare({ ...A, runs: [empty, ...A.runs] }, { ...B, runs: [empty, ...B.runs] });
  expect(found).toEqual(compare(A, B));
  const [a, b] = [side("A", empty, outcomes(2, [4], [0], [0])), side("B", empty, outcomes(2, [5], [0], [0]))];
  expect(compare(a, b).verdict.sentence).toContain("their test items differ");
});

test("one seed beside several is said to be one", () => {
  const found = compare(side("A", run(1, 0.7)), B);
  expect(found.mcnemar).not.toBeNull();
  expect(found.verdict.sentence).toMatch(
    / A has 1 seed and B 3, but only 1 pair of runs with the same test items could be compared: that says nothing about other seeds\.$/,
  );
});

test("splits of their own by seed are compared within each seed", () => {
  const of = (seed: number, share: number, from: number): ItemOutcomes => {
    const { truth, predicted } = run(seed, share);
    const some = (values: Int32Array) => [...values.slice(from, from + 80)];
    return outcomes(seed, range(120).slice(from, from + 80), some(truth), some(predicted));
  };
  const found = compare(side("A", of(1, 0.6, 0), of(2, 0.6, 40)), side("B", of(2, 0.95, 40), of(1, 0.95, 0)));
  expect(found).toMatchObject({ pairs: 2, items: 120 });
  expect(found.verdict.sentence).toContain("on 120 test items in all, each seed with its own. 2 seeds each");
  const none = compare(side("A", of(1, 0.6, 0)), side("B", of(2, 0.95, 40)));
  expect(none.verdict).toEqual({
    kind: "not-comparable",
    sentence:
      "A and B cannot be compared: their test items differ: A was tested on 80 and B on 80, of which 40 are the same, and no run of the one has a partner with the same items.",
  });
  expect(none).toMatchObject({ pairs: 0, accuracy: null, macroF1: null, mcnemar: null });
});

test("few flips that all go one way are not enough", () => {
  const truth = new Array(100).fill(0);
  const a = side(
    "A",
    outcomes(
      1,
      range(100),
      truth,
      truth.map((_, i) => (i < 5 ? 1 : 0)),
    ),
  );
  const found = compare(a, side("B", outcomes(1, range(100), truth, truth)), 10_000);
  expect(found.accuracy?.interval[0]).toBeGreaterThan(0);
  expect(found.mcnemar?.pValue).toBe(1 / 16);
  expect(found.verdict.kind).toBe("not-distinguishable");
  expect(found.verdict.sentence).toContain(
    "the accuracy of B is 5.0 points higher (95% interval 1.0 to 10.0; McNemar's test p = 0.063)",
  );
});

test("what cannot be compared says why", () => {
  const why = (a: ComparedSide, b: ComparedSide) => compare(a, b).verdict.sentence;
  expect(why(A, { ...B, dataSha256: "other" })).toBe("A and B cannot be compared: their data differ.");
  expect(why(side("A"), B)).toMatch(/A has no run\.$/);
  expect(why(A, side("B", outcomes(1, [], [], [])))).toMatch(/B has no test items\.$/);
  expect(why(side("A", outcomes(1, [4], [0], [0])), side("B", outcomes(1, [4], [1], [0])))).toMatch(
    /item 4 does not have the same label in all of their runs\.$/,
  );
});

test("a malformed run is refused by name and seed", () => {
  expect(() => compare(A, side("B", outcomes(7, [1, 1], [0, 0], [0, 0])))).toThrow(
    "B, seed 7: item 1 is tested twice.",
  );
  expect(() => compare(A, side("B", outcomes(7, [1, 2], [0], [0, 0])))).toThrow("2 items, but 1 true and 2 predicted");
});

test("flipped items are counted over seeds, those that gain or lose most first", () => {
  const a = side(
    "A",
    outcomes(1, [10, 11, 12, 13], [0, 1, 2, 0], [1, 1, 0, 0]),
    outcomes(2, [10, 11, 12, 13], [0, 1, 2, 0], [2, 1, 0, 0]),
  );
  const b = side(
    "B",
    outcomes(1, [10, 11, 12, 13], [0, 1, 2, 0], [0, 1, 1, 1]),
    outcomes(2, [10, 11, 12, 13], [0, 1, 2, 0], [0, 1, 1, 0]),
  );
  expect(compare(a, b).flipped).toEqual([
    { item: 10, truth: 0, tested: 2, changed: 2, gained: 2, lost: 0, from: 1, to: 0 },
    { item: 13, truth: 0, tested: 2, changed: 1, gained: 0, lost: 1, from: 0, to: 1 },
    { item: 12, truth: 2, tested: 2, changed: 2, gained: 0, lost: 0, from: 0, to: 1 },
  ]);
});

test("macro-F1 is told where it says something else", () => {
  // B finds the rare class that A never says, at the price of as many items of the common one.
  const truth = [...new Array(80).fill(0), ...new Array(40).fill(1)];
  const a = truth.map(() => 0);
  const b = truth.map((is, i) => (is === 1 ? 1 : i < 38 ? 1 : 0));
  const found = compare(side("A", outcomes(1, range(120), truth, a)), side("B", outcomes(1, range(120), truth, b)));
  expect(found.verdict.kind).toBe("not-distinguishable");
  expect(found.verdict.sentence).toMatch(
    /Macro-F1, in which every class counts alike, is \d+\.\d points higher for B \(/,
  );
});
