import { expect } from "vitest";

/** Fails unless |actual - expected| <= absolute + relative |expected| everywhere; names the worst entry. */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-5, relative = 1e-5 } = {},
): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  let at = -1;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number;
    const e = expected[i] as number;
    const excess = Number.isFinite(a) || a === e ? Math.abs(a - e) / (absolute + relative * Math.abs(e)) : Infinity;
    if (!(a === e) && !(excess <= worst)) {
      worst = Number.isNaN(excess) ? Infinity : excess;
      at = i;
    }
  }
  if (worst > 1)
    expect.fail(`entry ${at}: ${actual[at]} is not close to ${expected[at]} (${worst} times the tolerance)`);
}
