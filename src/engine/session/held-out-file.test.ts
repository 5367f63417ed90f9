import { expect, test } from "vitest";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import { type KeptPredictions, readHeldOut, writeHeldOut } from "./held-out-file.ts";

const KEPT: KeptPredictions = {
  heldOut: {
    validation: {
      items: Int32Array.of(3, 199_999, 70),
      truth: Int32Array.of(1, 0, 2),
      probabilities: Float32Array.of(0.1, 0.7, 0.2, 1, 0, 0, 0.3, 0.3, 0.4),
    },
    test: { items: new Int32Array(), truth: new Int32Array(), probabilities: new Float32Array() },
  },
  history: [
    { epoch: 1, predicted: Uint16Array.of(1, 1, 2), confidence: Float32Array.of(0.5, 0.6, 0.4) },
    { epoch: 4, predicted: Uint16Array.of(1, 0, 2), confidence: Float32Array.of(0.7, 1, 0.4) },
  ],
};

test("predictions come back as they were, an empty split and the epochs included", () => {
  expect(readHeldOut(writeHeldOut(KEPT), "a file")).toEqual(KEPT);
  const withoutValidation = { ...KEPT, history: [] };
  expect(readHeldOut(writeHeldOut(withoutValidation), "a file").history).toEqual([]);
});

test("another file, another version and a file cut off are refused by name", () => {
  const whole = writeHeldOut(KEPT);
  expect(() => readHeldOut(whole.subarray(0, whole.length - 1), "The predictions of Run 3")).toThrow(
    /^The predictions of Run 3 is no predictions/,
  );
  const other = writeSafetensors({ params: {}, metadata: { format: "refrain-held-out", version: "2" } });
  expect(() => readHeldOut(other, "The predictions of Run 3")).toThrow(/no predictions of version 1/);
  const empty = writeSafetensors({ params: {}, metadata: { format: "refrain-held-out", version: "1" } });
  expect(() => readHeldOut(empty, "The predictions of Run 3")).toThrow(/the items of the validation predictions/);
});
