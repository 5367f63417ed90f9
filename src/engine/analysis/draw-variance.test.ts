import { expect, test } from "vitest";
import { Stream } from "../rng.ts";
import { DrawVariance, meanVarianceLaw } from "./draw-variance.ts";

test("the variance of a few vectors is the one by hand, its entries averaged", () => {
  const spread = new DrawVariance(2);
  for (const draw of [
    [1, 10],
    [3, 10],
    [8, 13],
  ])
    spread.add(Float32Array.from(draw));
  // Entry 0: mean 4, squares 9 + 1 + 16 over 2; entry 1: mean 11, squares 1 + 1 + 4 over 2.
  expect(spread.variance).toBeCloseTo((13 + 3) / 2, 10);
});

test("a large common offset costs no figures", () => {
  const spread = new DrawVariance(1);
  for (const value of [16_000_001, 16_000_003]) spread.add(Float32Array.of(value));
  expect(spread.variance).toBeCloseTo(2, 10);
});

test("the standard error is the spread of the estimate over many measurements", () => {
  const stream = new Stream(3, "sample");
  const [size, draws, repeats] = [5, 24, 400];
  const measured = Array.from({ length: repeats }, () => {
    const spread = new DrawVariance(size);
    for (let i = 0; i < draws; i++) spread.add(Float32Array.from({ length: size }, () => 3 * stream.normal()));
    return spread;
  });
  const mean = measured.reduce((sum, { variance }) => sum + variance, 0) / repeats;
  const sd = Math.sqrt(measured.reduce((sum, { variance }) => sum + (variance - mean) ** 2, 0) / (repeats - 1));
  const stated = Math.sqrt(measured.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / repeats);
  expect(Math.abs(mean / 9 - 1)).toBeLessThan(0.03);
  expect(Math.abs(stated / sd - 1)).toBeLessThan(0.12);
});

test.each([3, 5])("the mean of %s distinct ones out of a bank varies as the law says, over all choices", (k) => {
  const bank = [2, -1, 7, 4, 4, 11, 0];
  const n = bank.length;
  const center = bank.reduce((a, b) => a + b, 0) / n;
  const one = bank.reduce((sum, value) => sum + (value - center) ** 2, 0) / n;
  let total = 0;
  let count = 0;
  for (let mask = 0; mask < 1 << n; mask++) {
    const chosen = bank.filter((_, i) => mask & (1 << i));
    if (chosen.length !== k) continue;
    total += (chosen.reduce((a, b) => a + b, 0) / k - center) ** 2;
    count += 1;
  }
  expect(total / count).toBeCloseTo(one * meanVarianceLaw(k, n), 10);
  expect(meanVarianceLaw(k, 0)).toBe(1 / k);
});
