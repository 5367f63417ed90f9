import { beforeAll, describe, expect, test } from "vitest";
import { mobilenetV2 } from "../../shared/plugins/backbones/mobilenet-v2.ts";
import { useLite } from "../../shared/plugins/backbones/use-lite.ts";
import type { Tuning } from "../../shared/plugins/tunings/index.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tunedImages, tunedTextExperiment, tunedTexts } from "../testing/tuned.ts";
import { type Tensor, tf } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";
import type { BackboneInput, Context } from "./model.ts";

const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };

/** What each method trains, by name. */
const TRAINED: Record<string, { tuning: Tuning; text: RegExp; image: RegExp }> = {
  full: { tuning: { id: "full" }, text: /./, image: /./ },
  "last-n": {
    tuning: { id: "last-n", blocks: 1 },
    text: /^backbone\.(layer_1|output)\./,
    image: /^backbone\.block_10_/,
  },
  bitfit: { tuning: { id: "bitfit" }, text: /\.bias$/, image: /\.bias$/ },
  "layer-norm": { tuning: { id: "layer-norm" }, text: /\.norm\.(scale|bias)$/, image: /never/ },
};

const CASES = [
  { kind: "text", card: useLite, data: () => tunedTexts(tunedTextExperiment()) },
  { kind: "image", card: mobilenetV2, data: tunedImages },
] as const;

/** Gradients of a weighted sum of the features, by name. */
async function gradients(data: DeviceData, tuning: Tuning) {
  const { tuned, ...input } = data.data.input;
  if (!tuned) throw new Error("not tuned");
  const built = tuned.build(tuning, input as BackboneInput);
  const entries = Object.entries(built.init(new Stream(1, "init")));
  const names = entries.map(([name]) => name);
  const found = tf.tidy(() => {
    const loss = (...at: Tensor[]): tf.Scalar => {
      const params = Object.fromEntries(names.map((name, i) => [name, at[i] as Tensor]));
      const h = built.apply(params, data.inputs(Int32Array.of(0, 1, 4)), CLEAN);
      return tf.sum(tf.mul(h, tf.cos(tf.reshape(tf.range(0, h.size), h.shape)))) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(loss)(
      entries.map(([, { values, shape }]) => tf.tensor(values, [...shape])),
    );
    return [value, ...grads];
  });
  const [value, ...rest] = await Promise.all(found.map(async (tensor) => (await tensor.data()) as Float32Array));
  tf.dispose(found);
  const trained = entries.reduce((sum, [, { values }]) => sum + values.length, 0);
  return {
    value: value as Float32Array,
    byName: new Map(names.map((name, i) => [name, rest[i] as Float32Array])),
    parameters: trained + (built.frozenParameters ?? 0),
  };
}

describe.each(CASES)("a tuned backbone of $kind", ({ kind, card, data: make }) => {
  beforeAll(() => startTestBackend("wasm"));

  test("is tested with every method that its card offers, but the frozen one", () => {
    const offered = card.tunings.filter((id) => id !== "head-only");
    expect(Object.keys(TRAINED).filter((id) => offered.includes(id as never))).toEqual(
      expect.arrayContaining([...offered]),
    );
  });

  test.each(Object.entries(TRAINED).filter(([id]) => card.tunings.includes(id as never)))(
    "under %s trains what it should, by the gradients that full tuning has",
    async (_, { tuning, ...of }) => {
      const data = make();
      const whole = await gradients(data, { id: "full" });
      const part = await gradients(data, tuning);
      const expected = [...whole.byName.keys()].filter((name) => of[kind].test(name));
      expect(expected.length).toBeGreaterThan(0);
      expect([...part.byName.keys()]).toEqual(expected);
      expect(part.parameters).toBe(data.data.input.tuned?.parameters);
      expectAllClose(part.value, whole.value);
      for (const [name, gradient] of part.byName) expectAllClose(gradient, whole.byName.get(name) as Float32Array);
      data.dispose();
    },
  );

  test("has on a device what stays as it is once, and nothing when it is released", async () => {
    const data = make();
    const { tuned } = data.data.input;
    const before = tf.memory().numTensors;
    await gradients(data, { id: "bitfit" });
    const held = tf.memory().numTensors - before;
    expect(held).toBeGreaterThan(5);
    await gradients(data, { id: "bitfit" });
    expect(tf.memory().numTensors - before).toBe(held);
    tuned?.release();
    expect(tf.memory().numTensors).toBe(before);
    data.dispose();
  });
});
