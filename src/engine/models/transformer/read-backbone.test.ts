import { describe, expect, test } from "vitest";
import { FAMILIES } from "../../pretrained/config.ts";
import type { Weights } from "../../safetensors/weights.ts";
import type { HostParam, HostParams } from "../model.ts";
import { readBackbone } from "./read-backbone.ts";
import { depthOf, parameterShapes } from "./shapes.ts";
import { familyFixture, weightsOf } from "./testing/fixtures.ts";

async function tensorsOf(weights: Weights): Promise<HostParams> {
  const entries = weights.names.map(
    async (name) => [name, { shape: weights.entry(name)?.shape ?? [], values: await weights.floats(name) }] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function bert() {
  const { weights, pooled } = await familyFixture("bert");
  const config = (pooled[0] as (typeof pooled)[number]).config;
  return { config, tensors: await tensorsOf(weights) };
}

test.each(FAMILIES)("%s is read whole, in the shapes that it is said to have", async (family) => {
  const { weights, pooled } = await familyFixture(family);
  for (const { config } of pooled) {
    const params = await readBackbone(config, weights);
    const shapes = Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual(parameterShapes(config));
    for (const [name, { shape, values }] of Object.entries(params))
      expect([name, values.length]).toEqual([name, shape.reduce((a, b) => a * b, 1)]);
  }
});

test("matrices are turned to [inputs, outputs], GPT-2's split into three as they are", async () => {
  const { config, tensors } = await bert();
  const theirs = tensors["encoder.layer.1.intermediate.dense.weight"] as HostParam;
  const ours = (await readBackbone(config, weightsOf(tensors)))["backbone.layer_1.feed_forward.up.weight"];
  expect(ours?.values[3]).toBe(theirs.values[3 * config.hidden]);
  expect(ours?.values[config.intermediate]).toBe(theirs.values[1]);

  const { weights, pooled } = await familyFixture("gpt2");
  const gpt = (pooled[0] as (typeof pooled)[number]).config;
  const joint = await weights.floats("transformer.h.1.attn.c_attn.weight");
  const params = await readBackbone(gpt, weights);
  for (const [third, part] of ["query", "key", "value"].entries()) {
    const own = params[`backbone.layer_1.attention.${part}.weight`] as HostParam;
    expect(own.values[gpt.hidden + 5]).toBe(joint[3 * gpt.hidden + third * gpt.hidden + 5]);
  }
});

describe("a checkpoint that does not fit its configuration is refused by the tensor's name", () => {
  test("missing", async () => {
    const { config, tensors } = await bert();
    const { "encoder.layer.1.output.dense.weight": _, ...rest } = tensors;
    await expect(readBackbone(config, weightsOf(rest))).rejects.toThrow(
      /lack "encoder\.layer\.1\.output\.dense\.weight" \[16, 32\].*and \d+ more/,
    );
    await expect(readBackbone({ ...config, prefix: "bert." }, weightsOf(tensors))).rejects.toThrow(/lack "bert\./);
    await expect(readBackbone(config, weightsOf({}))).rejects.toThrow(/hold nothing/);
  });

  test("misshaped", async () => {
    const { config, tensors } = await bert();
    await expect(readBackbone({ ...config, intermediate: 48 }, weightsOf(tensors))).rejects.toThrow(
      '"encoder.layer.0.intermediate.dense.weight" is [32, 16], but the configuration asks for [48, 16]',
    );
  });

  test("unexpected", async () => {
    const { config, tensors } = await bert();
    await expect(readBackbone({ ...config, layers: 1 }, weightsOf(tensors))).rejects.toThrow(
      'hold "encoder.layer.1.attention.output.LayerNorm.bias"',
    );
    const more = {
      ...tensors,
      "encoder.layer.0.attention.self.distance_embedding.weight": tensors["pooler.dense.bias"],
    };
    await expect(readBackbone(config, weightsOf(more as HostParams))).rejects.toThrow("distance_embedding");
  });
});

test("heads, buffers, an unused pooler and the layer norms' first names are no misfit", async () => {
  const { config, tensors } = await bert();
  const bias = tensors["pooler.dense.bias"] as HostParam;
  const renamed = Object.entries(tensors).map(([name, tensor]) => [
    name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"),
    tensor,
  ]);
  const others = { "cls.predictions.bias": bias, "classifier.bias": bias, "embeddings.position_ids": bias };
  const old = weightsOf({ ...Object.fromEntries(renamed), ...others });
  expect(await readBackbone({ ...config, pooling: "cls" }, old)).toEqual(
    await readBackbone({ ...config, pooling: "cls" }, weightsOf(tensors)),
  );
});

test("depth counts from the embeddings, 0, over the layers to what lies above them", async () => {
  const { config } = await bert();
  const depths = (name: string) => depthOf(name, config);
  expect(depths("backbone.embeddings.token")).toBe(0);
  expect(depths("backbone.layer_0.attention.query.weight")).toBe(1);
  expect(depths("backbone.layer_1.attention.query.lora_a")).toBe(2);
  expect(depths("backbone.pooler.weight")).toBe(3);
  expect(depths("head.dense_0.weight")).toBe(3);
});
