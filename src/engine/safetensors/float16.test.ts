import { expect, test } from "vitest";
import { decodeBfloat16, decodeFloat16, encodeFloat16 } from "./float16.ts";

const ALL = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
const INFINITY = 0x7c00;
/** Bits of the finite numbers that are not negative, in rising order. */
const RISING = ALL.slice(0, INFINITY);

test("known numbers of binary16", () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x3555);
  const values = [1, -2, 65504, 2 ** -14, 1023 * 2 ** -24, 2 ** -24, -0, Infinity, -Infinity, 0.333251953125];
  expect([...decodeFloat16(bits)]).toEqual(values);
  expect(decodeFloat16(Uint16Array.of(0x7e01))).toEqual(Float32Array.of(Number.NaN));
});

test("every number of binary16 survives the way through float32", () => {
  const back = encodeFloat16(decodeFloat16(ALL));
  for (const bits of ALL)
    if ((bits & 0x7fff) <= INFINITY) expect(back[bits]).toBe(bits);
    else expect((back[bits] as number) & 0x7fff).toBeGreaterThan(INFINITY);
});

test("what lies between two neighbours goes to the nearer, and from the middle to the even one", () => {
  const values = [...decodeFloat16(RISING), 65536];
  const middles = Float32Array.from(RISING, (i) => ((values[i] as number) + (values[i + 1] as number)) / 2);
  const nudged = (by: number) => new Float32Array(new Uint32Array(middles.buffer).map((bits) => bits + by).buffer);
  expect(encodeFloat16(middles)).toEqual(RISING.map((i) => i + (i & 1)));
  expect(encodeFloat16(nudged(-1))).toEqual(RISING);
  expect(encodeFloat16(nudged(1))).toEqual(RISING.map((i) => i + 1));
  expect(encodeFloat16(middles.map((x) => -x))).toEqual(RISING.map((i) => 0x8000 | (i + (i & 1))));
});

test("what is too large or too small for binary16", () => {
  const values = Float32Array.of(1e6, -3e38, 1e-9, -1e-45, Number.POSITIVE_INFINITY);
  expect([...encodeFloat16(values)]).toEqual([0x7c00, 0xfc00, 0, 0x8000, 0x7c00]);
});

test("bfloat16 is the upper half of float32", () => {
  const bits = Uint16Array.of(0x3f80, 0xbfc0, 0x4049, 0x0001, 0x7f80, 0x8000);
  expect([...decodeBfloat16(bits)]).toEqual([1, -1.5, 3.140625, 2 ** -133, Infinity, -0]);
});
