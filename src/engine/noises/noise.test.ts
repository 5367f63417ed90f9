import { beforeAll, describe, expect, test } from "vitest";
import { NOISES, type Noise } from "../../shared/plugins/noises/index.ts";
import { Draws } from "../draws.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { type Tensor, tf } from "../tf.ts";
import { applyNoise } from "./index.ts";

const ROWS = 3;
const K = 7;
const draws = (step = 1) => new Draws({ seed: 2, purpose: "noise", step, rows: ROWS, k: K, firstRow: 0 }, 0);
const facts = (stdDevs: Tensor | null = null) => ({ stdDevs, emptyRow: null });

/** Each noise on tensors twice: at an ordinary strength, and at the one where it does nothing. */
const VECTOR_NOISES: [Noise, Noise][] = [
  [
    { id: "gaussian", site: "features", stdDev: 3, layers: [] },
    { id: "gaussian", site: "features", stdDev: 0, layers: [] },
  ],
  [
    { id: "dropout", site: "hidden", rate: 0.3, layers: [] },
    { id: "dropout", site: "hidden", rate: 0, layers: [] },
  ],
  [
    { id: "feature-drop", site: "input", probability: 0.4 },
    { id: "feature-drop", site: "input", probability: 0 },
  ],
];
const IMAGE_NOISES: [Noise, Noise][] = [
  [
    { id: "shift", site: "input", fraction: 0.3 },
    { id: "shift", site: "input", fraction: 0 },
  ],
  [
    { id: "flip", site: "input", probability: 0.5 },
    { id: "flip", site: "input", probability: 0 },
  ],
  [
    { id: "crop", site: "input", minScale: 0.5 },
    { id: "crop", site: "input", minScale: 1 },
  ],
  [
    { id: "rotate", site: "input", degrees: 40 },
    { id: "rotate", site: "input", degrees: 0 },
  ],
  [
    { id: "colour", site: "input", brightness: 0.3, contrast: 0.5, saturation: 0.7 },
    { id: "colour", site: "input", brightness: 0, contrast: 0, saturation: 0 },
  ],
  [
    { id: "cutout", site: "input", fraction: 0.4 },
    { id: "cutout", site: "input", fraction: 0 },
  ],
  [
    { id: "gaussian", site: "input", stdDev: 3, layers: [] },
    { id: "gaussian", site: "input", stdDev: 0, layers: [] },
  ],
];

/** Tested in token-noise.test.ts and mixup.test.ts. */
const ELSEWHERE = ["token-drop", "token-swap", "span-mask", "neftune", "mixup"];

test("every card is among the tested ones", () => {
  const tested = [...VECTOR_NOISES, ...IMAGE_NOISES].map(([{ id }]) => id);
  expect(new Set([...tested, ...ELSEWHERE])).toEqual(new Set(NOISES.map(({ id }) => id)));
});

/** The same content in every row, so that only the noise can make rows differ. */
function equalRows(shape: number[]): Tensor {
  const stream = new Stream(1, "sample");
  const one = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.2 + 0.8 * stream.uniform());
  return tf.tile(tf.tensor(one, [1, ...shape]), [ROWS * K, ...shape.map(() => 1)]);
}

const rowsOf = async (x: Tensor) => {
  const values = await x.data();
  const size = values.length / (ROWS * K);
  return Array.from({ length: ROWS * K }, (_, i) => [...values.slice(i * size, (i + 1) * size)]);
};

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  const all = [
    ...VECTOR_NOISES.map((pair) => ({ pair, shape: [9] })),
    ...IMAGE_NOISES.map((pair) => ({ pair, shape: [8, 10, 3] })),
    ...IMAGE_NOISES.map((pair) => ({ pair, shape: [7, 7, 1] })),
  ].map((one) => ({ ...one, id: one.pair[0].id }));

  test.each(all)(
    "$id on $shape keeps the shape, differs between repeats, repeats itself for the same step",
    async ({ pair, shape }) => {
      const x = equalRows(shape);
      const once = applyNoise(pair[0], x, draws(), facts());
      expect(once.shape).toEqual(x.shape);
      const rows = await rowsOf(once);
      for (const row of rows) for (const value of row) expect(Number.isFinite(value)).toBe(true);
      const distinct = new Set(rows.map(String)).size;
      // A flip has two outcomes only; all else should hardly ever coincide.
      expect(distinct).toBeGreaterThanOrEqual(pair[0].id === "flip" ? 2 : ROWS * K - 3);
      expect(await rowsOf(applyNoise(pair[0], x, draws(), facts()))).toEqual(rows);
      expect(await rowsOf(applyNoise(pair[0], x, draws(2), facts()))).not.toEqual(rows);
    },
  );

  test.each(all)("$id on $shape at strength 0 does nothing", async ({ pair, shape }) => {
    const x = equalRows(shape);
    expectAllClose(await applyNoise(pair[1], x, draws(), facts()).data(), await x.data(), { absolute: 1e-5 });
  });

  test("gaussian has the deviation asked for, times each feature's own at a table's input", async () => {
    const x = tf.zeros([ROWS * K, 4000]);
    const scales = tf.concat([tf.fill([2000], 1), tf.fill([2000], 5)]);
    const y = await applyNoise(
      { id: "gaussian", site: "input", stdDev: 3, layers: [] },
      x,
      draws(),
      facts(scales),
    ).array();
    const deviation = (from: number, to: number) => {
      const values = (y as number[][]).flatMap((row) => row.slice(from, to));
      return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    };
    expect(deviation(0, 2000)).toBeCloseTo(3, 1);
    expect(Math.abs(deviation(2000, 4000) - 15)).toBeLessThan(0.3);
    const unscaled = await applyNoise(
      { id: "gaussian", site: "features", stdDev: 3, layers: [] },
      x,
      draws(),
      facts(scales),
    ).data();
    expect(Math.max(...unscaled)).toBeLessThan(20);
  });

  test("dropout drops the given share and keeps the mean", async () => {
    const y = await applyNoise(
      { id: "dropout", site: "features", rate: 0.3, layers: [] },
      tf.ones([ROWS * K, 3000]),
      draws(),
      facts(),
    ).data();
    const kept = y.filter((value) => value !== 0);
    expect(Math.abs(kept.length / y.length - 0.7)).toBeLessThan(0.01);
    for (const value of kept.slice(0, 50)) expect(value).toBeCloseTo(1 / 0.7, 5);
  });

  test("feature drop empties whole columns, the given share of them", async () => {
    // Forty columns: one of two features, then one each.
    const columnOf = Int32Array.from({ length: 41 }, (_, i) => Math.max(0, i - 1));
    const empty = Float32Array.from(columnOf, (_, i) => 0.25 * i - 3);
    const emptyRow = { values: tf.tensor1d(empty), columnOf: tf.tensor1d(columnOf, "int32"), numColumns: 40 };
    const x = tf.fill([ROWS * K, 41], 50);
    const noise = { id: "feature-drop", site: "input", probability: 0.3 } as const;
    const rows = await rowsOf(applyNoise(noise, x, draws(), { stdDevs: null, emptyRow }));
    const dropped = rows.flatMap((row) => row.map((value, j) => Math.abs(value - 50) > 1e-4 && j > 0));
    for (const row of rows) {
      for (const [j, value] of row.entries())
        expect(Math.min(Math.abs(value - 50), Math.abs(value - (empty[j] as number)))).toBeLessThan(1e-4);
      expect(Math.abs((row[0] as number) - 50) < 1e-4).toBe(Math.abs((row[1] as number) - 50) < 1e-4);
    }
    expect(Math.abs(dropped.filter(Boolean).length / (ROWS * K * 40) - 0.3)).toBeLessThan(0.05);
  });

  test("flip mirrors: every row is the image or its mirror", async () => {
    const x = equalRows([4, 5, 1]);
    const [original = []] = await rowsOf(x);
    const mirrored = original.map((_, i) => original[i - (i % 5) + 4 - (i % 5)] as number);
    for (const row of await rowsOf(applyNoise({ id: "flip", site: "input", probability: 0.5 }, x, draws(), facts()))) {
      const near = (other: number[]) => row.every((value, i) => Math.abs(value - (other[i] as number)) < 1e-5);
      expect(near(original) || near(mirrored)).toBe(true);
    }
  });

  test("cutout blacks out one rectangle of at most the given side and touches nothing else", async () => {
    const x = equalRows([10, 10, 1]);
    const [original = []] = await rowsOf(x);
    for (const row of await rowsOf(applyNoise({ id: "cutout", site: "input", fraction: 0.4 }, x, draws(), facts()))) {
      const cut = row.flatMap((value, i) => (value === 0 ? [i] : []));
      expect(cut.length).toBeGreaterThan(0);
      expect(cut.length).toBeLessThanOrEqual(16);
      for (const [i, value] of row.entries()) if (value !== 0) expect(value).toBeCloseTo(original[i] as number, 5);
      const columns = new Set(cut.map((i) => i % 10)).size;
      const rows = new Set(cut.map((i) => Math.floor(i / 10))).size;
      expect(cut.length).toBe(columns * rows);
    }
  });
});
