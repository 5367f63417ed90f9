import { beforeAll, describe, expect, test } from "vitest";
import { Draws } from "../draws.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { applyNoise } from "./index.ts";
import { symmetricBeta } from "./mixup.ts";

const FACTS = { stdDevs: null, emptyRow: null };
const draws = (rows: number, k: number, step = 1) =>
  new Draws({ seed: 3, purpose: "noise", step, rows, k, firstRow: 0 }, 0);
const mixup = (alpha: number) => ({ id: "mixup", site: "input", alpha }) as const;

/** Distribution functions of Beta(alpha, alpha) that have a closed form. */
const CDF: [number, (x: number) => number][] = [
  [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
  [1, (x) => x],
  [2, (x) => x * x * (3 - 2 * x)],
  [3, (x) => x ** 3 * (10 - 15 * x + 6 * x * x)],
];

describe.each(["cpu", "wasm", "webgpu"] as const)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  const shares = async (alpha: number, count = 20_000) => [...(await symmetricBeta(draws(count, 1), alpha).data())];

  test.each(CDF.map(([alpha, cdf]) => ({ alpha, cdf })))(
    "shares follow Beta($alpha, $alpha)",
    async ({ alpha, cdf }) => {
      const sorted = (await shares(alpha)).sort((a, b) => a - b);
      const distance = Math.max(...sorted.map((x, i) => Math.abs(cdf(x) - (i + 0.5) / sorted.length)));
      // Kolmogorov's bound at one in a thousand.
      expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
    },
  );

  test.each([0.05, 0.2, 1, 4, 32])("shares have mean 1/2 and variance 1 / (8 alpha + 4), alpha = %d", async (alpha) => {
    const drawn = await shares(alpha);
    for (const x of drawn) expect(x >= 0 && x <= 1).toBe(true);
    const mean = drawn.reduce((a, b) => a + b) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    const expected = 1 / (8 * alpha + 4);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / drawn.length));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  });

  test("every repeat has its own partner, another sample in the same repeat, each equally likely", async () => {
    const [rows, k] = [5, 400];
    const place = tf.reshape(tf.tensor1d(Array.from({ length: rows * k }, (_, i) => i)), [rows * k, 1]);
    // One hot by row: what is not 0 besides the own place names the partner and its share.
    const x = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: rows * k }, (_, i) => Math.floor(i / k)),
        "int32",
      ),
      rows,
    );
    const mixed = (await applyNoise(mixup(1), tf.cast(x, "float32"), draws(rows, k), FACTS).array()) as number[][];
    const repeats = await applyNoise(
      mixup(1),
      tf.sub(place, tf.mul(tf.floor(tf.div(place, k)), k)),
      draws(rows, k),
      FACTS,
    ).data();
    const counts = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
    for (const [i, row] of mixed.entries()) {
      const own = Math.floor(i / k);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      const partner = row.findIndex((share, j) => j !== own && share > 0);
      if (partner >= 0) (counts[own] as number[])[partner] = (counts[own]?.[partner] ?? 0) + 1;
      expect(Math.abs((repeats[i] as number) - (i % k))).toBeLessThan(1e-3);
    }
    for (const [own, row] of counts.entries()) {
      expect(row[own]).toBe(0);
      for (const [j, count] of row.entries()) if (j !== own) expect(Math.abs(count - k / 4)).toBeLessThan(40);
    }
  });

  test("images and their targets are mixed alike by the same draws, and a batch of one not at all", async () => {
    const images = tf.reshape(tf.range(0, 6 * 3 * 8), [18, 2, 2, 2]);
    const flat = tf.reshape(images, [18, 8]);
    const mixed = await applyNoise(mixup(0.4), images, draws(6, 3), FACTS).data();
    expectAllClose(await applyNoise(mixup(0.4), flat, draws(6, 3), FACTS).data(), mixed);
    expect([...mixed]).not.toEqual([...(await images.data())]);
    const other = await applyNoise(mixup(0.4), images, draws(6, 3, 2), FACTS).data();
    expect([...other]).not.toEqual([...mixed]);
    expect(await applyNoise(mixup(1), images, draws(1, 18), FACTS).data()).toEqual(await images.data());
  });
});
