import { beforeAll, describe, expect, test } from "vitest";
import { FAMILIES } from "../../pretrained/config.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { tf } from "../../tf.ts";
import type { Context } from "../model.ts";
import { encode } from "./encoder.ts";
import { pooled } from "./pooling.ts";
import { readBackbone } from "./read-backbone.ts";
import { type FamilyFixture, familyFixture, toTensor, toTensors } from "./testing/fixtures.ts";

const CLOSE = { absolute: 1e-4, relative: 1e-4 };
const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };

/** The numbers of the rows [..., hidden] at which a batch has tokens. */
function atTokens({ input, hidden }: FamilyFixture, values: ArrayLike<number>): number[] {
  const size = hidden.shape[2] as number;
  const isToken = (i: number): boolean => input.shape.length > 2 || (input.values[Math.floor(i / size)] as number) >= 0;
  return Array.from(values).filter((_, i) => isToken(i));
}

describe.each(["cpu", "webgpu", "wasm"] as const)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(FAMILIES)("%s computes what its PyTorch model does", async (family) => {
    const fixture = await familyFixture(family);
    for (const { config, expected } of fixture.pooled) {
      const params = toTensors(await readBackbone(config, fixture.weights));
      const [tokens, vector] = tf.tidy(() => {
        const encoded = encode({ config }, params, toTensor(fixture.input), CLEAN);
        return [encoded.tokens, pooled(config, params, encoded)];
      });
      expect(tokens.shape).toEqual(fixture.hidden.shape);
      expectAllClose(atTokens(fixture, await tokens.data()), atTokens(fixture, fixture.hidden.values), CLOSE);
      expect(vector.shape).toEqual(expected.shape);
      expectAllClose(await vector.data(), expected.values, CLOSE);
      tf.dispose([tokens, vector, params]);
    }
  });

  test("ids may be integers, and padding may be longer", async () => {
    const { weights, input, pooled: all } = await familyFixture("bert");
    for (const { config, expected } of all) {
      const params = toTensors(await readBackbone(config, weights));
      const [rows = 0, length = 0] = input.shape;
      const ids = Array.from({ length: rows }, (_, row) => [
        ...input.values.slice(row * length, (row + 1) * length),
        ...[-1, -1],
      ]);
      const vector = tf.tidy(() =>
        pooled(config, params, encode({ config }, params, tf.tensor2d(ids, [rows, length + 2], "int32"), CLEAN)),
      );
      expectAllClose(await vector.data(), expected.values, CLOSE);
    }
  });
});
