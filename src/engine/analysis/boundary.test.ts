import { beforeAll, expect, test } from "vitest";
import type { TableInputs, Work } from "../data/dataset.ts";
import type { HostParams } from "../models/model.ts";
import { startTestBackend } from "../testing/backends.ts";
import { toyExperiment } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { drawBoundary, layPlane, planeData } from "./boundary.ts";
import { everyItem, holdModel } from "./held-model.ts";

const WORK: Work = { signal: new AbortController().signal, progress: () => {} };
/** Columns: mass in g (one value is missing), a category, length in mm. */
const INPUTS: TableInputs = {
  modality: "table",
  encoder: {
    columns: [
      { name: "mass", kind: "numeric", shift: 100, scale: 10, fill: 104, missingFlag: true },
      { name: "kind", kind: "categorical", categories: ["p", "q"] },
      { name: "length", kind: "numeric", shift: 5, scale: 2, fill: 5, missingFlag: false },
    ],
    features: ["mass", "mass is missing", "kind = p", "kind = q", "length"],
    stdDevs: [1, 1, 0.5, 0.5, 1],
  },
  // biome-ignore format: a row a line
  values: Float32Array.of(
    -1, 0, 1, 0, -2,
     2, 0, 0, 1, 1,
     0, 1, 0, 1, 3,
     1, 0, 0, 1, 0,
  ),
};
const TRAIN = everyItem(4);
const LABELS = Int32Array.of(1, 0, 1, 0);
const WISH = { x: "mass", y: "length", at: "typical", size: 8, points: 4 } as const;

/** Class 0 where encoded mass > encoded length, class 1 where it is less: relu(m - l), relu(l - m). */
const WEIGHTS: HostParams = {
  "backbone.dense_0.weight": { shape: [5, 2], values: Float32Array.of(1, -1, 0, 0, 0, 0, 0, 0, -1, 1) },
  "backbone.dense_0.bias": { shape: [2], values: new Float32Array(2) },
  "head.dense_0.weight": { shape: [2, 2], values: Float32Array.of(1, 0, 0, 1) },
  "head.dense_0.bias": { shape: [2], values: new Float32Array(2) },
};

beforeAll(() => startTestBackend("cpu"));

const lay = (change: Partial<Parameters<typeof layPlane>[4]> = {}) =>
  layPlane(INPUTS, LABELS, TRAIN, TRAIN, { ...WISH, ...change });

function draw(passes: "clean" | "pooled", stdDev = 0.5) {
  const noises = stdDev === 0 ? [] : [{ id: "gaussian", site: "input", stdDev } as const];
  const experiment = toyExperiment({ backbone: { id: "mlp", hidden: [2] }, repeat: { k: 3, noises } });
  const plane = lay();
  return holdModel(experiment, planeData(INPUTS, plane, 2), WEIGHTS, (held) =>
    drawBoundary(held, plane, passes, 1, WORK),
  );
}

test("the regions of a known model lie where they should, in the data's own units", async () => {
  const { x, y, size, classes, confidence, points, trained } = await draw("clean");
  expect(trained).toBe(true);
  // Mass 90 to 120 g and length 1 to 11 mm, with a twentieth to either side.
  expect([x.min, x.max, y.min, y.max].map((value) => Number(value.toFixed(4)))).toEqual([88.5, 121.5, 0.5, 11.5]);
  for (let i = 0; i < size * size; i++) {
    const mass = (x.min + ((i % size) + 0.5) * ((x.max - x.min) / size) - 100) / 10;
    const length = (y.min + (Math.floor(i / size) + 0.5) * ((y.max - y.min) / size) - 5) / 2;
    // On the line itself rounding decides.
    if (Math.abs(mass - length) > 1e-4) expect(classes[i]).toBe(mass > length ? 0 : 1);
    expect(confidence[i]).toBeCloseTo(1 / (1 + Math.exp(-Math.abs(mass - length))), 4);
  }
  // Item 2 has no mass; item 0 is at (90, 1): -1 > -2, so class 0 although its label is 1.
  expect(points.map(({ item, predicted }) => [item, predicted])).toEqual([
    [0, 0],
    [1, 0],
    [3, 0],
  ]);
  expect(points[1]).toMatchObject({ x: 120, y: 7, truth: 0 });
});

test("other columns are held at their typical training values, or at an item's", () => {
  expect(lay().held).toEqual([{ column: "kind", value: "q" }]);
  expect(lay({ at: { item: 0 } }).held).toEqual([{ column: "kind", value: "p" }]);
  expect(() => lay({ x: "kind" })).toThrow(/"kind" is no numeric column/);
  expect(() => lay({ x: "length" })).toThrow(/two different columns/);
});

test("noisy copies lie about their point, K each, and on it where there is no noise", async () => {
  const noisy = await draw("pooled");
  expect(noisy.copies).toHaveLength(3 * 3 * 2);
  const away = (of: typeof noisy) =>
    of.points.flatMap(({ x, y }, i) =>
      [0, 1, 2].map((k) => [
        Math.abs((of.copies[(i * 3 + k) * 2] as number) - x),
        Math.abs((of.copies[(i * 3 + k) * 2 + 1] as number) - y),
      ]),
    );
  for (const [dx, dy] of away(noisy)) {
    expect(dx).toBeGreaterThan(0);
    // Three deviations and more: 0.5 x the feature's, in grams and millimetres.
    expect(dx).toBeLessThan(10 * 0.5 * 4);
    expect(dy).toBeLessThan(2 * 0.5 * 4);
  }
  for (const [dx, dy] of away(await draw("clean", 0))) expect([dx, dy]).toEqual([0, 0]);
});

test("features that the noise empties have their copies where the empty cell lies", async () => {
  const noises = [{ id: "feature-drop", site: "input", probability: 0.9 } as const];
  const experiment = toyExperiment({ backbone: { id: "mlp", hidden: [2] }, repeat: { k: 16, noises } });
  const plane = lay();
  const { copies } = await holdModel(experiment, planeData(INPUTS, plane, 2), WEIGHTS, (held) =>
    drawBoundary(held, plane, "clean", 1, WORK),
  );
  // An empty mass is filled with 104 g.
  expect([...copies].filter((value, i) => i % 2 === 0 && Math.abs(value - 104) < 1e-3).length).toBeGreaterThan(0);
});

test("nothing stays on the device", async () => {
  const before = tf.memory().numTensors;
  await draw("pooled");
  expect(tf.memory().numTensors).toBe(before);
});
