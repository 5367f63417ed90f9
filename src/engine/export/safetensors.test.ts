import { describe, expect, test } from "vitest";
import { toyExperiment } from "../testing/toy.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { loadModel, saveModel, type TrainedModel } from "./trained-model.ts";

const params = {
  "head.weight": { shape: [2, 3], values: Float32Array.of(1, -2, 3e-30, Math.fround(0.1), 5, 6) },
  "head.bias": { shape: [3], values: Float32Array.of(0, -0, 7) },
};
const file = () => writeSafetensors({ params, metadata: { note: "größer" } });

/** A file with a header of one's own. */
function withHeader(header: unknown, dataBytes = 24): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

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

  const entry = { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] };
  test.each([
    ["shorter than 8 bytes", new Uint8Array(3)],
    ["truncated", file().subarray(0, 20)],
    ["do not fit its shape or the file", file().subarray(0, file().length - 4)],
    ["no JSON object", withHeader("[1, 2]")],
    ["no JSON object", withHeader("{nonsense")],
    ["only F32", withHeader({ w: { ...entry, dtype: "BF16" } })],
    ["do not fit its shape", withHeader({ w: { ...entry, shape: [2, 4] } })],
    ["do not fit its shape or the file", withHeader({ w: { dtype: "F32", shape: [100], data_offsets: [0, 400] } })],
    ["no proper shape", withHeader({ w: { ...entry, shape: [-2, -3] } })],
    ["no proper shape", withHeader({ w: { ...entry, data_offsets: [0, 24, 5] } })],
  ])("is refused: %s", (reason, bytes) => {
    expect(() => readSafetensors(bytes, "bad.safetensors")).toThrow(reason);
    expect(() => readSafetensors(bytes, "bad.safetensors")).toThrow("bad.safetensors");
  });
});

describe("a saved model", () => {
  const model: TrainedModel = {
    experiment: toyExperiment(),
    classes: ["a", "b", "c"],
    input: { modality: "text" },
    params,
    temperature: 1.37,
  };

  test("comes back whole", () => {
    expect(loadModel(saveModel(model), "m.safetensors")).toEqual(model);
  });

  test("is told from other people's tensors and from damaged ones", () => {
    expect(() => loadModel(file(), "other.safetensors")).toThrow("was not saved by this studio");
    const damaged = writeSafetensors({ params, metadata: { format: "refrain-1", experiment: "{" } });
    expect(() => loadModel(damaged, "m.safetensors")).toThrow('the metadata "experiment" cannot be read');
  });
});
