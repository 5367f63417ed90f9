import { expect, test } from "vitest";
import { argmax } from "../../shared/report.ts";
import { Stream } from "../rng.ts";
import { fitTemperature, logarithms, TEMPERATURES, tempered } from "./temperature.ts";

const CLASSES = 4;

/** Logits of 300 items whose labels are drawn from softmax(z / T). */
function drawn(temperature: number, scale: number) {
  const stream = new Stream(5, "sample");
  const z = Float64Array.from({ length: 300 * CLASSES }, () => scale * stream.normal());
  const p = tempered(z, CLASSES, temperature);
  const truth = Int32Array.from({ length: 300 }, (_, i) => {
    const u = stream.uniform();
    let sum = 0;
    for (let c = 0; c < CLASSES - 1; c++) {
      sum += p[i * CLASSES + c] as number;
      if (u < sum) return c;
    }
    return CLASSES - 1;
  });
  return { z, truth };
}

function meanLoss(z: Float64Array, truth: Int32Array, temperature: number): number {
  const p = tempered(z, CLASSES, temperature);
  return truth.reduce((sum, label, i) => sum - Math.log(p[i * CLASSES + label] as number), 0) / truth.length;
}

test("two classes at a fixed margin 2a, a share q of them right: T = 2a / log(q / (1 - q))", async () => {
  const [a, right, n] = [3, 41, 50];
  const z = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? a : -a));
  const truth = Int32Array.from({ length: n }, (_, i) => (i < right ? 0 : 1));
  const q = right / n;
  expect(await fitTemperature(z, truth, 2)).toBeCloseTo((2 * a) / Math.log(q / (1 - q)), 7);
});

test.each([
  [2.3, 3],
  [0.6, 1],
  [1, 12],
])("labels drawn at T = %s: the fit is where a fine search finds the least loss", async (temperature, scale) => {
  const { z, truth } = drawn(temperature, scale);
  const fitted = await fitTemperature(z, truth, CLASSES);
  let best = { at: 0, loss: Infinity };
  for (let at = 0.2; at < 6; at *= 1.001) {
    const loss = meanLoss(z, truth, at);
    if (loss < best.loss) best = { at, loss };
  }
  expect(Math.abs(fitted / best.at - 1)).toBeLessThan(1.1e-3);
  expect(meanLoss(z, truth, fitted)).toBeLessThanOrEqual(best.loss + 1e-12);
});

test("logits three times as large have three times the temperature, and constants a row do not matter", async () => {
  const { z, truth } = drawn(1.4, 2);
  const fitted = await fitTemperature(z, truth, CLASSES);
  const moved = z.map((value, i) => 3 * value + 100 * Math.floor(i / CLASSES));
  expect(await fitTemperature(moved, truth, CLASSES)).toBeCloseTo(3 * fitted, 6);
  expect(await fitTemperature(logarithms(tempered(z, CLASSES, 1)), truth, CLASSES)).toBeCloseTo(fitted, 6);
});

test.each([0.2, 7.3])("at T = %s rows still sum to 1 and no item changes its class", (temperature) => {
  const { z, truth } = drawn(1, 3);
  const [before, after] = [tempered(z, CLASSES, 1), tempered(z, CLASSES, temperature)];
  for (let i = 0; i < truth.length; i++) {
    expect(argmax(after, i * CLASSES, CLASSES)).toBe(argmax(before, i * CLASSES, CLASSES));
    expect(after.subarray(i * CLASSES, (i + 1) * CLASSES).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  }
});

test("where every item is right the temperature ends at its bound, and so it does where none is", async () => {
  const z = Float64Array.of(2, 0, 3, 1, 4, -1);
  expect(await fitTemperature(z, Int32Array.of(0, 0, 0), 2)).toBeCloseTo(TEMPERATURES.min, 6);
  expect(await fitTemperature(z, Int32Array.of(1, 1, 1), 2)).toBeCloseTo(TEMPERATURES.max, 4);
});
