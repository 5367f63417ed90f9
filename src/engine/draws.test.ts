import { beforeAll, describe, expect, test } from "vitest";
import { Draws, hostDraw } from "./draws.ts";
import { boxMuller, philox, Stream, streamKey } from "./rng.ts";
import { expectAllClose } from "./testing/allclose.ts";
import { startTestBackend } from "./testing/backends.ts";
import { tf } from "./tf.ts";

describe("philox", () => {
  test.each([
    // Random123's known-answer vectors for philox4x32-10.
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("maps counter %j under key %j to the published integers", (c, k, expected) => {
    const out = new Uint32Array(4);
    philox(c[0] as number, c[1] as number, c[2] as number, c[3] as number, k[0] as number, k[1] as number, out);
    expect([...out]).toEqual(expected);
  });
});

describe("a stream", () => {
  test("has the moments of its distributions", () => {
    const stream = new Stream(7, "init");
    const n = 40_000;
    const normals = Array.from({ length: n }, () => stream.normal());
    const mean = normals.reduce((a, b) => a + b) / n;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const fourth = normals.reduce((a, b) => a + (b - mean) ** 4, 0) / n / variance ** 2;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    expect(Math.abs(fourth - 3)).toBeLessThan(0.15);
  });

  test("gives other numbers for another purpose, seed or sub-stream, and the same for the same", () => {
    const take = (stream: Stream) => Array.from({ length: 5 }, () => stream.integer());
    expect(take(new Stream(1, "init"))).toEqual(take(new Stream(1, "init")));
    const others = [new Stream(1, "split"), new Stream(2, "init"), new Stream(1, "init", 1)].map(take);
    for (const other of others) expect(other).not.toEqual(take(new Stream(1, "init")));
  });

  test("shuffles evenly: each of 5 items comes first about a fifth of the time", () => {
    const stream = new Stream(3, "shuffle");
    const counts = new Array(5).fill(0);
    for (let i = 0; i < 5000; i++) counts[stream.shuffle([0, 1, 2, 3, 4])[0] as number]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe("draws", () => {
  beforeAll(() => startTestBackend("cpu"));

  const position = { seed: 5, purpose: "noise", step: 12, rows: 3, k: 7, firstRow: 0 } as const;
  const uniform = (draws: Draws, size: number) => draws.uniform(size).dataSync();

  test("do not depend on K or on how the rows are parted", () => {
    const all = uniform(new Draws(position, 2), 5);
    const fewer = uniform(new Draws({ ...position, k: 2 }, 2), 5);
    for (let row = 0; row < 3; row++) for (let i = 0; i < 10; i++) expect(fewer[row * 10 + i]).toBe(all[row * 35 + i]);
    const later = uniform(new Draws({ ...position, rows: 1, firstRow: 2 }, 2), 5);
    expect([...later]).toEqual([...all.slice(70)]);
  });

  test("differ between steps, repeats, rows, noises and successive takes", () => {
    const draws = new Draws(position, 2);
    const first = uniform(draws, 4);
    const seen = new Set([...first, ...uniform(draws, 4), ...uniform(new Draws(position, 3), 4)]);
    for (const value of uniform(new Draws({ ...position, step: 13 }, 2), 4)) seen.add(value);
    expect(seen.size).toBe(4 * 3 * 7 * 4);
  });

  describe.each(["cpu", "wasm", "webgpu"] as const)("on %s", (backend) => {
    beforeAll(() => startTestBackend(backend));

    test.each([
      [1, 1, 1],
      [3, 7, 5],
      [2, 3, 64],
      [33, 5, 129],
    ])("%i rows, K = %i, size %i: uniforms are equal to the host's, normals within 2e-6", async (rows, k, size) => {
      const at = { ...position, rows, k };
      const drawn = new Draws(at, 1).uniform(size);
      expect(drawn.shape).toEqual([rows * k, size]);
      const address = { rows, k, size, key: streamKey(5, "noise", 64), step: 12, firstRow: 0 };
      expect([...(await drawn.data())]).toEqual([...hostDraw({ ...address, distribution: "uniform" })]);
      const normal = await new Draws(at, 1).normal(size).data();
      expectAllClose(normal, hostDraw({ ...address, distribution: "normal" }), { absolute: 2e-6, relative: 0 });
    });

    test("normals stay within 1e-5 of double precision over a million draws, tails and near-zero radii included", async () => {
      const at = { ...position, rows: 1, k: 1 };
      const normal = await new Draws(at, 0).normal(1_000_000).data();
      const host = hostDraw({
        rows: 1,
        k: 1,
        size: 1_000_000,
        key: streamKey(5, "noise", 0),
        step: 12,
        firstRow: 0,
        distribution: "normal",
      });
      expectAllClose(normal, host, { absolute: 1e-5, relative: 0 });
      expect(Math.max(...[...normal].slice(0, 1000).map(Math.abs))).toBeGreaterThan(2.5);
      expect(tf.getBackend()).toBe(backend);
    });
  });

  test("Box and Muller's formula at the extremes stays finite", () => {
    for (const i of [0, 1, 2 ** 31, 2 ** 32 - 1])
      for (const j of [0, 2 ** 30, 2 ** 32 - 1])
        for (const value of boxMuller(i, j)) expect(Number.isFinite(value)).toBe(true);
  });
});
