import { expect, test } from "vitest";
import { quietWork } from "../data/testing/fixtures.ts";
import { writeSafetensors } from "../safetensors/safetensors.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { openPretrained } from "./open-pretrained.ts";
import { inMemory, POSITION_ORACLE, savedModel, tensorsOf } from "./testing/models.ts";

const NAME = "embeddings.position_embeddings";

/** A DINOv2 that has positions for 20 pixels and reads images of `side`. */
async function openAt(side: number) {
  const values = Float32Array.from(POSITION_ORACLE.table);
  const zeros = Object.entries(tensorsOf("dinov2")).map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, values: name === NAME ? values : new Float32Array(size) }];
  });
  const weights = writeSafetensors({ params: Object.fromEntries(zeros), metadata: {} });
  const contents = savedModel("dinov2", {}, { crop_size: side });
  return openPretrained(inMemory({ ...contents, "model.safetensors": weights }), quietWork());
}

test.each(Object.keys(POSITION_ORACLE.sides).map(Number))(
  "DINOv2's positions are interpolated to %d pixels",
  async (side) => {
    const { weights } = await openAt(side);
    expect(weights.entry(NAME)).toEqual({ dtype: "F32", shape: [1, 1 + (side / 4) ** 2, 8] });
    expectAllClose(await weights.floats(NAME), POSITION_ORACLE.sides[side] ?? [], { absolute: 2e-6 });
  },
);

test("its other tensors stay as they are", async () => {
  const { weights } = await openAt(8);
  expect(weights.names).toEqual(Object.keys(tensorsOf("dinov2")));
  expect(weights.entry("layernorm.bias")).toEqual({ dtype: "F32", shape: [8] });
  expect(await weights.floats("layernorm.bias")).toEqual(new Float32Array(8));
});
