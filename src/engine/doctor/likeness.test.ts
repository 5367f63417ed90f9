import { expect, test } from "vitest";
import type { ImageInputs } from "../data/dataset.ts";
import { quietWork } from "../data/testing/fixtures.ts";
import { Stream } from "../rng.ts";
import { imageLikeness } from "./image-likeness.ts";
import { findTwins, groupTwins } from "./likeness.ts";
import { rowLikeness } from "./row-likeness.ts";
import { jaccard, shinglesOf, textLikeness } from "./text-likeness.ts";

const never = () => false;
const all = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

test("the Jaccard similarity of shingles is that of their sets", () => {
  // "abcdefgh": 4 shingles; "abcdefgx" shares 3 of them and has one of its own.
  expect(jaccard(shinglesOf("abcdefgh"), shinglesOf("ABCDEFGX"))).toBeCloseTo(3 / 5, 12);
  expect(jaccard(shinglesOf("Well, hello there!"), shinglesOf("well hello   there"))).toBe(1);
  expect(jaccard(shinglesOf("ab"), shinglesOf("ab"))).toBe(1);
  expect(jaccard(shinglesOf("ab"), shinglesOf("abc"))).toBe(0);
  expect(shinglesOf("???")).toHaveLength(1);
});

const WORDS =
  "card order refund parcel late broken please when how much money back cancel account help with my the a to of".split(
    " ",
  );

/** Sentences of random words. */
function sentences(count: number, words: number): string[] {
  const stream = new Stream(11, "sample");
  return Array.from({ length: count }, () =>
    Array.from({ length: words }, () => WORDS[stream.below(WORDS.length)]).join(" "),
  );
}

test("nearly equal texts are found, exactly those that all pairs would give", async () => {
  const texts = sentences(300, 40);
  // A changed word here and there: similarities on both sides of the threshold.
  for (let i = 0; i < 60; i++) {
    const words = (texts[i] as string).split(" ");
    for (let w = 0; w <= i % 4; w++) words[(5 * w + i) % words.length] = "x".repeat(1 + (i % 3));
    texts.push(words.join(" "));
  }
  const likeness = textLikeness(texts, never);
  const twins = await findTwins(all(texts.length), likeness, quietWork());
  const sets = texts.map(shinglesOf);
  const expected = new Set<number>();
  for (const [a, left] of sets.entries())
    for (let b = 0; b < a; b++) if (jaccard(left, sets[b] as Uint32Array) >= likeness.threshold) expected.add(a);
  expect(expected.size).toBeGreaterThan(20);
  expect(expected.size).toBeLessThan(60);
  expect(twins.map(({ item }) => item)).toEqual([...expected]);
  for (const { item, of, similarity } of twins)
    expect(similarity).toBe(jaccard(sets[item] as Uint32Array, sets[of] as Uint32Array));
});

test("of many texts not every pair is compared", async () => {
  const texts = sentences(3000, 12);
  texts[2999] = texts[17] as string;
  const likeness = textLikeness(texts, never);
  let compared = 0;
  const counted = {
    ...likeness,
    similarity: (a: number, b: number) => {
      compared += 1;
      return likeness.similarity(a, b);
    },
  };
  const twins = await findTwins(all(texts.length), counted, quietWork());
  expect(twins).toContainEqual({ item: 2999, of: 17, similarity: 1 });
  // All pairs would be 4.5 million.
  expect(compared).toBeLessThan(texts.length);
});

/** Pictures of soft blobs, a changed copy behind every one. */
function pictures(count: number, side: number): ImageInputs {
  const stream = new Stream(4, "sample");
  const size = side * side;
  const pixels = new Uint8Array(2 * count * size);
  for (let i = 0; i < count; i++) {
    const blobs = Array.from({ length: 5 }, () => [stream.uniform(), stream.uniform(), 0.05 + 0.1 * stream.uniform()]);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const light = blobs.reduce(
          (sum, [u = 0, v = 0, r = 1]) => sum + Math.exp(-((x / side - u) ** 2 + (y / side - v) ** 2) / (2 * r * r)),
          0,
        );
        const value = Math.min(235, Math.round(150 * light));
        pixels[2 * i * size + y * side + x] = value;
        // As from another encoder: brighter by a little, and noisy.
        pixels[(2 * i + 1) * size + y * side + x] = value + 4 + stream.below(5);
      }
  }
  return { modality: "image", pixels, height: side, width: side, channels: 1 };
}

test("an image is found again in another encoding, and no other one is", async () => {
  const twins = await findTwins(all(120), imageLikeness(pictures(60, 24), never), quietWork());
  expect(twins.map(({ item, of }) => [item, of])).toEqual(Array.from({ length: 60 }, (_, i) => [2 * i + 1, 2 * i]));
});

test("rows are equal by their cells: words without case, numbers to six figures", async () => {
  const row = (a: string, b: string) => ({ modality: "table", cells: { a, b } }) as const;
  const rows = [row("1.0000001", "Red"), row("1", " red"), row("1.001", "red"), row("", "red"), row("NA", "RED")];
  const twins = await findTwins(all(rows.length), rowLikeness(rows, never), quietWork());
  expect(twins.map(({ item, of }) => [item, of])).toEqual([
    [1, 0],
    [4, 3],
  ]);
});

test("twins join to groups, those of too small a similarity left out", () => {
  const twins = [
    { item: 3, of: 1, similarity: 1 },
    { item: 5, of: 3, similarity: 0.85 },
    { item: 9, of: 2, similarity: 0.95 },
  ];
  expect(groupTwins(twins)).toEqual([
    [1, 3, 5],
    [2, 9],
  ]);
  expect(groupTwins(twins, 0.9)).toEqual([
    [1, 3],
    [2, 9],
  ]);
});

test("what is called off stops", async () => {
  const abort = new AbortController();
  abort.abort();
  const likeness = textLikeness(["a", "b"], never);
  await expect(findTwins(all(2), likeness, quietWork(abort.signal))).rejects.toThrow("Cancelled");
});
