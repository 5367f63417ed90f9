import { beforeAll, describe, expect, test } from "vitest";
import { TUNINGS, type Tuning } from "../../shared/plugins/tunings/index.ts";
import type { Context, HostParam, HostParams } from "../models/model.ts";
import { ResidentParams } from "../models/resident-params.ts";
import { type TransformerBackbone, transformerBackbone } from "../models/transformer/backbone.ts";
import { encode } from "../models/transformer/encoder.ts";
import { pooled } from "../models/transformer/pooling.ts";
import { parameterShapes } from "../models/transformer/shapes.ts";
import { familyFixture, smallModel, toTensor, toTensors } from "../models/transformer/testing/fixtures.ts";
import type { Family, TransformerConfig } from "../pretrained/config.ts";
import { Stream } from "../rng.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { tf } from "../tf.ts";

const LORA = { id: "lora", rank: 3, alpha: 6, dropout: 0, projections: "query-value" } as const;
/** Every tuning card at telling parameters; what is trained in numbers for width h, L layers, i within a layer. */
const TESTED: readonly { tuning: Tuning; count: (config: TransformerConfig) => number }[] = [
  {
    tuning: { id: "full" },
    count: ({ hidden: h, layers: L, intermediate: i }) => 32 * h + 2 * h + L * block(h, i) + h * h + h,
  },
  { tuning: { id: "head-only" }, count: () => 0 },
  { tuning: { id: "last-n", blocks: 1 }, count: ({ hidden: h, intermediate: i }) => block(h, i) + h * h + h },
  { tuning: LORA, count: ({ hidden: h, layers: L }) => L * 2 * 3 * (h + h) },
  { tuning: { ...LORA, projections: "attention" }, count: ({ hidden: h, layers: L }) => L * 4 * 3 * (h + h) },
  {
    tuning: { ...LORA, projections: "all" },
    count: ({ hidden: h, layers: L, intermediate: i }) => L * 3 * (4 * (h + h) + 2 * (h + i)),
  },
  { tuning: { id: "adapters", width: 5 }, count: ({ hidden: h, layers: L }) => L * 2 * (2 * 5 * h + 5 + h) },
  { tuning: { id: "prefix", tokens: 3 }, count: ({ hidden: h, layers: L }) => L * 2 * 3 * h },
  { tuning: { id: "bitfit" }, count: ({ hidden: h, layers: L, intermediate: i }) => h + L * (7 * h + i) + h },
  { tuning: { id: "layer-norm" }, count: ({ hidden: h, layers: L }) => 2 * h + L * 4 * h },
];
/** Four projections, two layers of the feed-forward network, two norms. */
const block = (h: number, i: number): number => 4 * (h * h + h) + 2 * h * i + i + h + 4 * h;
const nameOf = (tuning: Tuning): string => Object.values(tuning).join(" ");
const CASES = TESTED.map((each) => ({ ...each, name: nameOf(each.tuning) }));

const CLEAN: Context = { hidden: (activation) => activation, embedded: (embeddings) => embeddings };
/** The attention of all families: with padding, causal, with layer scale. */
const FAMILIES: readonly Family[] = ["bert", "gpt2", "dinov2"];

interface Tuned {
  readonly config: TransformerConfig;
  readonly base: HostParams;
  readonly backbone: TransformerBackbone;
  readonly input: HostParam;
}

async function tuned(tuning: Tuning, family: Family = "bert"): Promise<Tuned> {
  const { config, params: base } = await smallModel(family);
  const { input } = await familyFixture(family);
  return { config, base, input, backbone: transformerBackbone(config, new ResidentParams(base), tuning) };
}

/** Each number moved by a normal one, so that nothing is 0 that need not be. */
function moved(params: HostParams): HostParams {
  const stream = new Stream(4, "sample");
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value) => value + 0.2 * stream.normal()) },
    ]),
  );
}

const featuresOf = ({ backbone, input }: Tuned, trained: HostParams) =>
  tf.tidy(() => backbone.apply(toTensors(trained), toTensor(input), CLEAN)).data();

const plainFeatures = ({ config, input }: Tuned, params: HostParams) =>
  tf
    .tidy(() => {
      const tensors = toTensors(params);
      return pooled(config, tensors, encode({ config }, tensors, toTensor(input), CLEAN));
    })
    .data();

test("every tuning method is tested", () => {
  expect(new Set(TESTED.map(({ tuning }) => tuning.id))).toEqual(new Set(TUNINGS.map(({ id }) => id)));
});

describe.each(TESTED_BACKENDS)("on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(CASES)(
    "$name trains as many numbers as its formula says, each below a layer or the backbone's own",
    async ({ tuning, count }) => {
      const { config, base, backbone: of } = await tuned(tuning);
      const initial = of.init(new Stream(1, "init"));
      expect(Object.values(initial).reduce((sum, { values }) => sum + values.length, 0)).toBe(count(config));
      for (const [name, { shape, values }] of Object.entries(initial)) {
        expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
        if (name in base) expect(values).toEqual((base[name] as HostParam).values);
        else expect(name).toMatch(/^backbone\.layer_[01]\./);
        expect(of.depths.of(name)).toBeLessThanOrEqual(of.depths.count);
      }
      of.dispose();
    },
  );

  test.each(CASES)("$name starts the same under the same seed", async ({ tuning }) => {
    const { backbone: of, base } = await tuned(tuning);
    expect(of.init(new Stream(1, "init"))).toEqual(of.init(new Stream(1, "init")));
    const own = Object.entries(of.init(new Stream(2, "init"))).filter(([name]) => !(name in base));
    const isDrawn = ["lora", "adapters", "prefix"].includes(tuning.id);
    expect(
      own.some(([name, { values }]) => String(values) !== String(of.init(new Stream(1, "init"))[name]?.values)),
    ).toBe(isDrawn);
    of.dispose();
  });

  describe.each(FAMILIES)("%s", (family) => {
    test.each(CASES)("$name begins at the pretrained model exactly, but for prefixes", async ({ tuning }) => {
      const model = await tuned(tuning, family);
      const features = [...(await featuresOf(model, model.backbone.init(new Stream(1, "init"))))];
      const plain = [...(await plainFeatures(model, model.base))];
      if (tuning.id === "prefix") expect(features).not.toEqual(plain);
      else expect(features).toEqual(plain);
      model.backbone.dispose();
    });

    test.each(CASES)("$name, once trained, is what it is merged into", async ({ tuning }) => {
      const model = await tuned(tuning, family);
      const trained = moved(model.backbone.init(new Stream(1, "init")));
      const merged = model.backbone.merged({
        ...trained,
        "head.dense_0.bias": { shape: [1], values: Float32Array.of(9) },
      });
      if (tuning.id === "prefix" || tuning.id === "adapters") expect(merged).toBeNull();
      else {
        const features = await featuresOf(model, trained);
        expectAllClose(await plainFeatures(model, merged as HostParams), features, { absolute: 1e-5, relative: 1e-5 });
        expect(Object.keys(merged as HostParams)).toEqual(Object.keys(parameterShapes(model.config)));
        if (tuning.id !== "head-only") expect([...features]).not.toEqual([...(await plainFeatures(model, model.base))]);
      }
      model.backbone.dispose();
    });
  });

  test.each(CASES)("every parameter of $name acts on the features", async ({ tuning }) => {
    const model = await tuned(tuning);
    const names = Object.keys(model.backbone.init(new Stream(1, "init")));
    const trained = toTensors(moved(model.backbone.init(new Stream(1, "init"))));
    const x = toTensor(model.input);
    const weights = tf.randomNormal([x.shape[0] as number, model.config.hidden], 0, 1, "float32", 3);
    const loss = (...at: tf.Tensor[]) => {
      const params = Object.fromEntries(names.map((name, i) => [name, at[i] as tf.Tensor]));
      return tf.sum(tf.mul(model.backbone.apply(params, x, CLEAN), weights));
    };
    if (names.length > 0) {
      const gradients = tf.grads(loss)(names.map((name) => trained[name] as tf.Tensor));
      const largest = await Promise.all(gradients.map((g) => tf.max(tf.abs(g)).data()));
      const idle = names.filter((_, i) => (largest[i]?.[0] as number) < 1e-4);
      // One number more for all keys moves no softmax.
      expect(idle).toEqual(names.filter((name) => name.endsWith(".attention.key.bias")));
    }
    model.backbone.dispose();
  });

  test("what is frozen is freed", async () => {
    const before = tf.memory().numTensors;
    const { backbone: of } = await tuned(LORA);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    of.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
