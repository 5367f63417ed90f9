import { expect, test } from "vitest";
import { Stream } from "../rng.ts";
import { flipLabels } from "./label-noise.ts";

const CLASSES = 5;
const N = 2003;
const stream = new Stream(5, "shuffle");
const labels = Int32Array.from({ length: N }, () => stream.below(CLASSES));
/** Every item but each seventh trains. */
const train = Int32Array.from({ length: N }, (_, i) => i).filter((i) => i % 7 !== 0);
const flip = (share: number, seed = 3) => flipLabels(labels, train, CLASSES, share, seed);

test.each([0, 0.1, 0.36, 0.5, 0.9])("exactly round(p n) training labels become another class (p = %s)", (share) => {
  const { labels: changed, flipped } = flip(share);
  const moved = Array.from(labels, (_, i) => i).filter((i) => changed[i] !== labels[i]);
  expect(moved).toHaveLength(Math.round(share * train.length));
  expect([...flipped]).toEqual(moved);
  expect(moved.every((item) => item % 7 !== 0)).toBe(true);
  expect(changed.every((label) => label >= 0 && label < CLASSES)).toBe(true);
});

test("the same seed flips the same labels to the same classes, another seed others", () => {
  expect(flip(0.36)).toEqual(flip(0.36));
  expect(flip(0.36, 4).flipped).not.toEqual(flip(0.36).flipped);
});

test("a larger share flips what a smaller one does, and more", () => {
  const [few, many] = [flip(0.2), flip(0.6)];
  for (const item of few.flipped) expect(many.labels[item]).toBe(few.labels[item]);
});

test("every other class is equally likely, and every item", () => {
  const moves = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  for (let seed = 0; seed < 50; seed++) {
    const { labels: changed, flipped } = flip(0.5, seed);
    for (const item of flipped) {
      const row = moves[labels[item] as number] as number[];
      row[changed[item] as number] = (row[changed[item] as number] as number) + 1;
    }
  }
  for (const [truth, row] of moves.entries()) {
    expect(row[truth]).toBe(0);
    const expected = row.reduce((a, b) => a + b) / (CLASSES - 1);
    for (const [c, count] of row.entries()) if (c !== truth) expect(Math.abs(count / expected - 1)).toBeLessThan(0.06);
  }
});
