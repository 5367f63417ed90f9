import { beforeAll, describe, expect, test } from "vitest";
import type { Noise } from "../../shared/plugins/noises/index.ts";
import { Draws, hostDraw } from "../draws.ts";
import { Stream, streamKey } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tf } from "../tf.ts";
import { applyNoise } from "./index.ts";

const ROWS = 3;
const K = 7;
const HEIGHT = 9;
const WIDTH = 14;
const POSITION = { seed: 2, purpose: "noise", step: 4, rows: ROWS, k: K, firstRow: 0 } as const;

/** Uniforms of the noise at place 0: [rows * K][size]. */
function numbers(size: number): number[][] {
  const { seed, purpose, ...rest } = POSITION;
  const drawn = hostDraw({ ...rest, key: streamKey(seed, purpose), size, distribution: "uniform" });
  return Array.from({ length: ROWS * K }, (_, i) => [...drawn.slice(i * size, (i + 1) * size)]);
}

const stream = new Stream(1, "sample");
const IMAGES = Float32Array.from({ length: ROWS * K * HEIGHT * WIDTH * 3 }, () => 0.2 + 0.7 * stream.uniform());
const valueAt = (row: number, y: number, x: number, channel: number): number =>
  y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH ? 0 : (IMAGES[((row * HEIGHT + y) * WIDTH + x) * 3 + channel] as number);

type Point = (row: number, y: number, x: number, channel: number) => number;
const imagesOf = (point: Point) =>
  Float32Array.from(IMAGES, (_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    const [line, x] = [Math.floor(pixel / WIDTH), pixel % WIDTH];
    return point(Math.floor(line / HEIGHT), line % HEIGHT, x, channel);
  });

/** The image sampled bilinearly at x = a0 x + a1 y + a2, y = b0 x + b1 y + b2, in double precision. */
function sampled(map: (numbers: [number, number, number]) => number[], size: number): Float32Array {
  const maps = numbers(size).map((own) => map(own as [number, number, number]));
  return imagesOf((row, y, x, channel) => {
    const [a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0] = maps[row] as number[];
    const [fromX, fromY] = [a0 * x + a1 * y + a2, b0 * x + b1 * y + b2];
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
    const [right, down] = [fromX - left, fromY - top];
    const at = (dy: number, dx: number) => valueAt(row, top + dy, left + dx, channel);
    return (
      (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) + down * ((1 - right) * at(1, 0) + right * at(1, 1))
    );
  });
}

const [CENTRE_X, CENTRE_Y] = [(WIDTH - 1) / 2, (HEIGHT - 1) / 2];
const turned = (degrees: number) =>
  sampled(([u]) => {
    const angle = ((2 * u - 1) * degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [
      cos,
      -sin,
      CENTRE_X - cos * CENTRE_X + sin * CENTRE_Y,
      sin,
      cos,
      CENTRE_Y - sin * CENTRE_X - cos * CENTRE_Y,
    ];
  }, 1);
const clip = (x: number) => Math.min(1, Math.max(0, x));
const luma = ([r = 0, g = 0, b = 0]: number[]) => 0.299 * r + 0.587 * g + 0.114 * b;

/** Brightness, contrast and saturation pixel by pixel. */
function coloured(strengths: [number, number, number]): Float32Array {
  const factors = numbers(3).map((own) => own.map((u, i) => 1 + (2 * u - 1) * (strengths[i] as number)));
  const bright = (row: number, y: number, x: number) =>
    [0, 1, 2].map((c) => clip(valueAt(row, y, x, c) * (factors[row]?.[0] as number)));
  const means = factors.map((_, row) => {
    const greys = Array.from({ length: HEIGHT * WIDTH }, (_, i) => luma(bright(row, Math.floor(i / WIDTH), i % WIDTH)));
    return greys.reduce((a, b) => a + b) / greys.length;
  });
  return imagesOf((row, y, x, channel) => {
    const [, contrast = 1, saturation = 1] = factors[row] as number[];
    const mean = means[row] as number;
    const pixel = bright(row, y, x).map((value) => clip(mean + contrast * (value - mean)));
    return clip(luma(pixel) + saturation * ((pixel[channel] as number) - luma(pixel)));
  });
}

const CASES: [Noise, () => Float32Array][] = [
  [
    { id: "shift", site: "input", fraction: 0.3 },
    () => sampled(([u, v]) => [1, 0, (2 * u - 1) * 0.3 * WIDTH, 0, 1, (2 * v - 1) * 0.3 * HEIGHT], 2),
  ],
  [
    { id: "flip", site: "input", probability: 0.4 },
    () => sampled(([u]) => (u < 0.4 ? [-1, 0, WIDTH - 1, 0, 1, 0] : [1, 0, 0, 0, 1, 0]), 1),
  ],
  [
    { id: "crop", site: "input", minScale: 0.4 },
    () =>
      sampled(([u, v, w]) => {
        const scale = 0.4 + 0.6 * u;
        return [scale, 0, v * (1 - scale) * (WIDTH - 1), 0, scale, w * (1 - scale) * (HEIGHT - 1)];
      }, 3),
  ],
  [{ id: "rotate", site: "input", degrees: 10 }, () => turned(10)],
  [{ id: "rotate", site: "input", degrees: 180 }, () => turned(180)],
  [
    { id: "cutout", site: "input", fraction: 0.4 },
    () => {
      const centres = numbers(2);
      const half = (0.4 * HEIGHT) / 2;
      return imagesOf((row, y, x, channel) => {
        const [u = 0, v = 0] = centres[row] as number[];
        const cut = Math.abs(x + 0.5 - u * WIDTH) < half && Math.abs(y + 0.5 - v * HEIGHT) < half;
        return cut ? 0 : valueAt(row, y, x, channel);
      });
    },
  ],
  [{ id: "colour", site: "input", brightness: 0.6, contrast: 0.9, saturation: 0.8 }, () => coloured([0.6, 0.9, 0.8])],
];

describe.each(["cpu", "wasm", "webgpu"] as const)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(CASES.map(([noise, expected]) => ({ noise, expected, id: noise.id })))(
    "$id is its formula of the drawn numbers",
    async ({ noise, expected }) => {
      const x = tf.tensor4d(IMAGES, [ROWS * K, HEIGHT, WIDTH, 3]);
      const noisy = applyNoise(noise, x, new Draws(POSITION, 0), { stdDevs: null, emptyRow: null });
      const reference = expected();
      expect(reference).not.toEqual(IMAGES);
      expectAllClose(await noisy.data(), reference, { absolute: 1e-5, relative: 0 });
    },
  );

  test("grey images change brightness and contrast, and no saturation", async () => {
    const grey = tf.slice(tf.tensor4d(IMAGES, [ROWS * K, HEIGHT, WIDTH, 3]), 0, -1);
    const one = tf.slice(grey, [0, 0, 0, 0], [-1, -1, -1, 1]);
    const colour = (saturation: number, brightness: number): Noise => ({
      id: "colour",
      site: "input",
      brightness,
      contrast: 0,
      saturation,
    });
    const facts = { stdDevs: null, emptyRow: null };
    const apply = (noise: Noise) => applyNoise(noise, one, new Draws(POSITION, 0), facts).data();
    expect(await apply(colour(1, 0))).toEqual(await one.data());
    expect(await apply(colour(1, 0.5))).not.toEqual(await one.data());
  });
});
