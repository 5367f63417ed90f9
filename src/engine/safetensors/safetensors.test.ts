import { describe, expect, test } from "vitest";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { withHeader } from "./testing/raw-file.ts";

const params = {
  "head.weight": { shape: [2, 3], values: Float32Array.of(1, -2, 3e-30, Math.fround(0.1), 5, 6) },
  "head.bias": { shape: [3], values: Float32Array.of(0, -0, 7) },
};
const file = () => writeSafetensors({ params, metadata: { note: "größer" } });

describe("a safetensors file", () => {
  test("gives back what was written, to the last bit", () => {
    const read = readSafetensors(file(), "m.safetensors");
    expect(read.metadata).toEqual({ note: "größer" });
    expect(read.params).toEqual(params);
  });

  test("starts with the header's length and has its data where the header says", () => {
    const bytes = file();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header["head.bias"]).toEqual({ dtype: "F32", shape: [3], data_offsets: [24, 36] });
    expect(new DataView(bytes.buffer).getFloat32(8 + length + 32, true)).toBe(7);
    expect(length % 8).toBe(0);
  });

  test("may hold float16, at half the bytes and rounded", () => {
    const half = writeSafetensors({ params, metadata: {} }, "F16");
    const whole = writeSafetensors({ params, metadata: {} });
    expect(whole.length - half.length).toBe(18);
    const read = readSafetensors(half, "m.safetensors").params;
    expect([...(read["head.weight"]?.values ?? [])]).toEqual([1, -2, 0, 0.0999755859375, 5, 6]);
  });

  const entry = { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] };
  const other = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
  test.each<[string, Uint8Array]>([
    ["shorter than 8 bytes", new Uint8Array(3)],
    ["truncated", file().subarray(0, 20)],
    ["truncated", new Uint8Array(64).fill(0xff)],
    ["do not fit its shape or the file", file().subarray(0, file().length - 4)],
    ["no JSON object", withHeader("[1, 2]")],
    ["no JSON object", withHeader("{nonsense")],
    ["no JSON object", withHeader("null")],
    ["no JSON object", withHeader(`{"\xff": 1}`, 0, "latin1")],
    ["no JSON object", withHeader("[".repeat(100_000))],
    ["unknown type F31", withHeader({ w: { ...entry, dtype: "F31" } })],
    ["unknown type toString", withHeader({ w: { ...entry, dtype: "toString" } })],
    ["unknown type undefined", withHeader({ w: null })],
    ["the type BOOL cannot be read", withHeader({ w: { ...entry, dtype: "BOOL", shape: [24] } })],
    ["the type F64 cannot be read", withHeader({ w: { ...entry, dtype: "F64", shape: [3] } })],
    ["do not fit its shape", withHeader({ w: { ...entry, shape: [2, 4] } })],
    ["do not fit its shape or the file", withHeader({ w: { dtype: "F32", shape: [100], data_offsets: [0, 400] } })],
    ["do not fit its shape", withHeader({ w: { ...entry, shape: [2 ** 32, 2 ** 32] } })],
    ["do not fit its shape", withHeader({ w: { ...entry, data_offsets: [24, 0] } })],
    ["no proper shape", withHeader({ w: { ...entry, shape: [-2, -3] } })],
    ["no proper shape", withHeader({ w: { ...entry, shape: [1.5, 4] } })],
    ["no proper shape", withHeader({ w: { ...entry, shape: [6, ...Array(20).fill(1)] } })],
    ["no proper shape", withHeader({ w: { ...entry, data_offsets: [0, 24, 5] } })],
    ["no proper shape", withHeader({ w: { ...entry, data_offsets: [0, "24"] } })],
    ["overlap", withHeader({ w: entry, v: other })],
    ["a hole of 4 bytes", withHeader({ w: { ...entry, shape: [5], data_offsets: [4, 24] } })],
    ["20 bytes at its end", withHeader({ v: other })],
    ["names a tensor twice", withHeader(`{"w": ${JSON.stringify(entry)}, "w": ${JSON.stringify(entry)}}`)],
    ["no proper name", withHeader(`{"__proto__": ${JSON.stringify(entry)}}`)],
    ["no proper name", withHeader({ "": entry })],
    ["no proper name", withHeader({ "a\nb": entry })],
    ["no proper name", withHeader({ ["w".repeat(5000)]: entry })],
    ["metadata", withHeader({ __metadata__: { a: 1 }, w: entry })],
  ])("is refused: %s", (reason, bytes) => {
    expect(() => readSafetensors(bytes, "bad.safetensors")).toThrow(reason);
    expect(() => readSafetensors(bytes, "bad.safetensors")).toThrow("bad.safetensors");
  });

  test("may have brackets and colons in its names, and tensors without elements", () => {
    const odd = {
      'a":{"b': { shape: [0, 3], values: new Float32Array(0) },
      "[:]": { shape: [], values: Float32Array.of(4) },
    };
    expect(readSafetensors(writeSafetensors({ params: odd, metadata: {} }), "m").params).toEqual(odd);
  });
});
