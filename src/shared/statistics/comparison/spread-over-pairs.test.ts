import { expect, test } from "vitest";
import { SpreadOverPairs } from "./spread-over-pairs.ts";

/** t(97.5%; 1) / z(97.5%), as SciPy has them. */
const WIDEN = 12.706204736174698 / 1.959963984540054;
const FIRST = Int32Array.of(1, 0);
const SECOND = Int32Array.of(0, 1);

function means(...resamples: [number[], Int32Array][]): Float64Array {
  const spread = new SpreadOverPairs(Float64Array.of(0.1, 0.3), resamples.length);
  for (const [r, [differences, drawn]] of resamples.entries()) spread.add(r, Float64Array.from(differences), drawn);
  return spread.resampledMeans();
}

test("what items do to all pairs alike is no noise of the pairs", () => {
  const [low, high] = means([[0.15, 0.35], FIRST], [[0.05, 0.25], SECOND]);
  expect(low).toBeCloseTo(0.25 - 0.1 * WIDEN, 5);
  expect(high).toBeCloseTo(0.15 + 0.1 * WIDEN, 5);
});

test("what items do to pairs apart is taken out of their spread", () => {
  // V = 0.02; changes of +-0.05 apart have W = 0.005, so s = sqrt(3) / 2.
  const [low, high] = means([[0.15, 0.25], FIRST], [[0.05, 0.35], SECOND]);
  expect(low).toBeCloseTo(0.2 - (0.1 * WIDEN * Math.sqrt(3)) / 2, 5);
  expect(high).toBeCloseTo(0.2 + (0.1 * WIDEN * Math.sqrt(3)) / 2, 5);
});

test("a spread that items explain leaves nothing to the seeds", () => {
  expect([...means([[0.25, 0.15], FIRST], [[-0.05, 0.45], SECOND])]).toEqual([0.2, 0.2]);
});

test("a pair without an item in a resample is left out of it", () => {
  const [mean] = means([[Number.NaN, 0.4], Int32Array.of(0, 0)], [[0.1, 0.3], Int32Array.of(0, 0)]);
  expect(mean).toBeCloseTo(0.4, 12);
});
