import { expect, test } from "vitest";
import { parseExperiment } from "../../shared/experiment.ts";
import type { Noise } from "../../shared/plugins/noises/index.ts";
import { Draws, hostDraw } from "../draws.ts";
import { embeddingOffsets, tokenOrders } from "../features/token-views.ts";
import { Stream, streamKey } from "../rng.ts";
import { tf } from "../tf.ts";
import { applyNoise, embeddingNoise, selectTokens } from "./index.ts";
import type { TokenNumbers } from "./noise.ts";

const drop = (probability: number): Noise => ({ id: "token-drop", site: "input", probability });
const swap = (probability: number, partner: "next" | "any"): Noise => ({
  id: "token-swap",
  site: "input",
  probability,
  partner,
});
const span = (share: number, meanLength: number): Noise => ({ id: "span-mask", site: "input", share, meanLength });

const firsts = (...values: number[]): TokenNumbers[] => values.map((u) => [u, 0.5, 0.5]);
const stream = new Stream(4, "sample");
const numbers = (count: number): TokenNumbers[] =>
  Array.from({ length: count }, () => [stream.uniform(), stream.uniform(), stream.uniform()]);
const select = (noise: Noise, drawn: readonly TokenNumbers[]) => selectTokens(noise, drawn) ?? [];

test("token drop keeps tokens whose number is at least the probability, and always one", () => {
  expect(select(drop(0.5), firsts(0.1, 0.5, 0.9, 0.49))).toEqual([1, 2]);
  expect(select(drop(0.9), firsts(0.1, 0.7, 0.2))).toEqual([1]);
  expect(select(drop(0), firsts(0.1, 0.2))).toEqual([0, 1]);
  expect(select(drop(0.5), [])).toEqual([]);
});

test("token swap exchanges neighbours once each, or any two", () => {
  expect(select(swap(0.5, "next"), firsts(0.1, 0.1, 0.9, 0.2, 0.8))).toEqual([1, 0, 2, 4, 3]);
  expect(select(swap(0.5, "next"), firsts(0.9, 0.9, 0.1))).toEqual([0, 1, 2]);
  expect(
    select(swap(0.5, "any"), [
      [0.1, 0.99, 0],
      [0.9, 0, 0],
      [0.2, 0, 0],
    ]),
  ).toEqual([0, 1, 2]);
  expect(
    select(swap(0.5, "any"), [
      [0.1, 0.99, 0],
      [0.9, 0, 0],
      [0.9, 0, 0],
    ]),
  ).toEqual([2, 1, 0]);
});

test.each(["next", "any"] as const)("token swap (%s) loses none and moves the share that it should", (partner) => {
  let moved = 0;
  for (let i = 0; i < 400; i++) {
    const order = select(swap(0.2, partner), numbers(50));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, j) => j));
    moved += order.filter((token, place) => token !== place).length;
    if (partner === "next")
      for (const [place, token] of order.entries()) expect(Math.abs(token - place)).toBeLessThan(2);
  }
  const share = moved / (400 * 50);
  // A place of a long text starts a pair with p / (1 + p), and a pair moves two.
  if (partner === "next") expect(Math.abs(share - (2 * 0.2) / 1.2)).toBeLessThan(0.02);
  else expect(share).toBeGreaterThan(0.25);
});

test("span mask leaves out the given share in runs of geometric length", () => {
  const lengths: number[] = [];
  let gone = 0;
  for (let i = 0; i < 2000; i++) {
    const order = select(span(0.1, 4), numbers(120));
    gone += 120 - order.length;
    const missing = Array.from({ length: 120 }, (_, j) => j).filter((j) => !order.includes(j));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    let run = 0;
    for (const [place, j] of missing.entries()) {
      run += 1;
      if (missing[place + 1] === j + 1) continue;
      lengths.push(run);
      run = 0;
    }
  }
  expect(Math.abs(gone / (2000 * 120) - 0.1)).toBeLessThan(0.002);
  const mean = lengths.reduce((a, b) => a + b) / lengths.length;
  // Cut to ten the mean is 3.77; the last run of each text is cut shorter, and runs may touch.
  expect(mean).toBeGreaterThan(3);
  expect(mean).toBeLessThan(4.2);
});

test.each([0, 1, 2, 3, 5])("span mask of %i tokens leaves one, and the mean share is exact", (count) => {
  let left = 0;
  for (let i = 0; i < 4000; i++) {
    const order = select(span(0.3, 1), numbers(count));
    expect(order.length >= Math.min(1, count)).toBe(true);
    left += order.length;
  }
  const expected = count === 1 ? 1 : 0.7 * count;
  // Single tokens may be hit twice within the tries, so that a few stay.
  expect(left / 4000).toBeGreaterThan(expected - 0.05);
  expect(left / 4000).toBeLessThan(expected + 0.12);
});

test("is no noise on tensors, and the others none on tokens", () => {
  const draws = new Draws({ seed: 1, purpose: "noise", step: 1, rows: 1, k: 1, firstRow: 0 }, 0);
  expect(() => applyNoise(drop(0.5), tf.ones([1, 2]), draws, { stdDevs: null, emptyRow: null })).toThrow("tokens");
  expect(selectTokens({ id: "dropout", site: "features", rate: 0.5, layers: [] }, firsts(0, 1))).toBeNull();
  expect(embeddingNoise(drop(0.5))).toBeNull();
});

const text = (noises: Noise[]) =>
  parseExperiment({
    version: 1,
    task: "text-classification",
    data: { train: "x.csv" },
    backbone: { id: "use-lite" },
    repeat: { noises },
  });

test("token noises act in their order, each token with its own numbers", () => {
  const of = { item: 6, views: 5, draw: 3 };
  const drawn = hostDraw({
    rows: 1,
    k: 5,
    size: 12,
    key: streamKey(1, "bank", 0),
    step: 3,
    firstRow: 6,
    distribution: "uniform",
  });
  const dropped = tokenOrders({ ...of, experiment: text([drop(0.5)]) }, 12);
  const expected = dropped.map((_, view) =>
    [...drawn.keys()].slice(0, 12).filter((i) => (drawn[view * 12 + i] as number) >= 0.5),
  );
  expect(dropped).toEqual(expected);
  const both = tokenOrders({ ...of, experiment: text([drop(0.5), swap(1, "next")]) }, 12);
  for (const [view, order] of both.entries()) {
    const kept = dropped[view] as number[];
    expect(order).toEqual(kept.map((_, i) => kept[i % 2 === 1 ? i - 1 : i + 1 < kept.length ? i + 1 : i]));
  }
});

test("embedding noises draw numbers of the law they name and add up", () => {
  const of = { item: 2, views: 3, draw: 0 };
  const lengths = [10, 4, 7];
  const offsets = (noises: Noise[]) => embeddingOffsets({ ...of, experiment: text(noises) }, lengths, 256);
  const neftune: Noise = { id: "neftune", site: "token-embedding", alpha: 5 };
  const gaussian: Noise = { id: "gaussian", site: "token-embedding", stdDev: 0.3, layers: [] };
  for (const [view, offset] of offsets([neftune]).entries()) {
    const length = lengths[view] as number;
    const bound = 5 / Math.sqrt(length * 256);
    const values = [...(offset as Float32Array)];
    expect(values).toHaveLength(length * 256);
    for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(bound * (1 + 1e-6));
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(variance / (bound * bound) - 1 / 3)).toBeLessThan(0.03);
  }
  const [first] = offsets([gaussian]);
  const deviation = Math.sqrt((first as Float32Array).reduce((sum, v) => sum + v * v, 0) / 2560);
  expect(Math.abs(deviation - 0.3)).toBeLessThan(0.02);
  const [nef, sum] = [offsets([neftune])[1] as Float32Array, offsets([neftune, gaussian])[1] as Float32Array];
  const second = embeddingOffsets({ ...of, experiment: text([drop(0), gaussian]) }, lengths, 256)[1] as Float32Array;
  for (let j = 0; j < nef.length; j += 100) expect(sum[j]).toBeCloseTo((nef[j] as number) + (second[j] as number), 5);
  expect(offsets([drop(0.3)])).toEqual([null, null, null]);
});
