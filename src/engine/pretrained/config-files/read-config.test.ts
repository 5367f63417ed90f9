import { describe, expect, test } from "vitest";
import { inMemory, readModel as read, SAVED, savedModel } from "../testing/models.ts";
import { readConfig } from "./read-config.ts";

const json = JSON.stringify;
const TEXT = {
  modality: "text",
  vocabulary: 40,
  positions: 20,
  firstPosition: 0,
  types: 2,
  causal: false,
  maxTokens: 20,
};
const IMAGE = { modality: "image", side: 8, patch: 4, channels: 3, prefixTokens: 1 };
const COLOURS = { mean: [0.485, 0.456, 0.406], sd: [0.229, 0.224, 0.225] };
const SHAPE = {
  hidden: 8,
  layers: 2,
  heads: 2,
  intermediate: 12,
  activation: "gelu",
  layerNormEpsilon: 1e-12,
  normalize: false,
};

const EXPECTED: Record<string, object> = {
  bert: { ...SHAPE, family: "bert", pooling: "cls-tanh", prefix: "", input: TEXT },
  "bert-without-pooler": { ...SHAPE, family: "bert", pooling: "cls", prefix: "", input: TEXT },
  "bert-for-words": { ...SHAPE, family: "bert", pooling: "cls", prefix: "bert.", activation: "gelu-tanh", input: TEXT },
  "bert-for-classes": { ...SHAPE, family: "bert", pooling: "cls-tanh", prefix: "bert.", input: TEXT },
  distilbert: { ...SHAPE, family: "distilbert", pooling: "cls", prefix: "", input: { ...TEXT, types: 0 } },
  "distilbert-for-classes": {
    ...SHAPE,
    family: "distilbert",
    pooling: "cls",
    prefix: "distilbert.",
    input: { ...TEXT, types: 0 },
  },
  roberta: {
    ...SHAPE,
    family: "roberta",
    pooling: "cls",
    prefix: "",
    layerNormEpsilon: 1e-5,
    input: { ...TEXT, firstPosition: 2, maxTokens: 18 },
  },
  "roberta-for-words": {
    ...SHAPE,
    family: "roberta",
    pooling: "cls",
    prefix: "roberta.",
    input: { ...TEXT, firstPosition: 2, maxTokens: 18 },
  },
  gpt2: {
    ...SHAPE,
    family: "gpt2",
    intermediate: 32,
    activation: "gelu-tanh",
    layerNormEpsilon: 1e-5,
    pooling: "last-token",
    prefix: "",
    input: { ...TEXT, types: 0, causal: true },
  },
  "gpt2-for-text": {
    ...SHAPE,
    family: "gpt2",
    intermediate: 24,
    activation: "gelu-tanh",
    layerNormEpsilon: 1e-5,
    pooling: "last-token",
    prefix: "transformer.",
    input: { ...TEXT, types: 0, causal: true },
  },
  vit: {
    ...SHAPE,
    family: "vit",
    pooling: "cls",
    prefix: "",
    input: { ...IMAGE, mean: [0.5, 0.5, 0.5], sd: [0.5, 0.5, 0.5] },
  },
  "vit-for-classes": { ...SHAPE, family: "vit", pooling: "cls", prefix: "vit.", input: { ...IMAGE, ...COLOURS } },
  deit: { ...SHAPE, family: "deit", pooling: "cls", prefix: "", input: { ...IMAGE, ...COLOURS, prefixTokens: 2 } },
  dinov2: {
    ...SHAPE,
    family: "dinov2",
    intermediate: 16,
    layerNormEpsilon: 1e-6,
    pooling: "cls",
    prefix: "",
    input: { ...IMAGE, ...COLOURS },
  },
};

describe("the configuration of a saved model", () => {
  test.each(SAVED)("is read: %s", async (model) => {
    expect(await read(savedModel(model))).toEqual(EXPECTED[model]);
  });

  test("takes what a file leaves out, or calls null, from the family's defaults", async () => {
    const { vocab_size: _, ...fields } = JSON.parse(savedModel("bert")["config.json"] as string);
    const bare = { ...fields, layer_norm_eps: null, hidden_act: undefined };
    const files = inMemory({ "config.json": json(bare) });
    const config = await readConfig(files);
    expect(config).toMatchObject({ layerNormEpsilon: 1e-12, activation: "gelu", input: { vocabulary: 30522 } });
  });

  test.each<[string, string, object, string]>([
    [
      "bert",
      "model_type",
      { model_type: "llama" },
      '"model_type" is "llama"; supported: "bert", "distilbert", "roberta", "gpt2"',
    ],
    ["bert", "model_type", { model_type: undefined }, '"model_type" is not set; supported: "bert"'],
    ["bert", "hidden_act", { hidden_act: "silu" }, '"hidden_act" is "silu"; supported: "gelu", '],
    [
      "bert",
      "position_embedding_type",
      { position_embedding_type: "relative_key" },
      '"relative_key"; supported: "absolute"',
    ],
    ["bert", "is_decoder", { is_decoder: true }, '"is_decoder" is true; supported: false'],
    ["roberta", "add_cross_attention", { add_cross_attention: true }, '"add_cross_attention" is true'],
    ["gpt2", "scale_attn_weights", { scale_attn_weights: false }, '"scale_attn_weights" is false; supported: true'],
    ["gpt2", "scale_attn_by_inverse_layer_idx", { scale_attn_by_inverse_layer_idx: true }, "is true; supported: false"],
    ["vit", "qkv_bias", { qkv_bias: false }, '"qkv_bias" is false; supported: true'],
    ["dinov2", "use_swiglu_ffn", { use_swiglu_ffn: true }, '"use_swiglu_ffn" is true; supported: false'],
    ["vit", "image_size", { image_size: [8, 12] }, '"image_size" is [8,12]; supported: "a square"'],
    ["vit", "patch_size", { patch_size: 3 }, "8 pixels are not a whole number of patches of 3"],
    [
      "bert",
      "quantization_config",
      { quantization_config: { bits: 4 } },
      '"quantization_config" is {"bits":4}; supported: null',
    ],
  ])("refuses what is not supported: %s, %s", async (model, _, change, message) => {
    const refused = read(savedModel(model, change as Record<string, unknown>));
    await expect(refused).rejects.toMatchObject({ name: "ModelFileError", file: "config.json", fault: "unsupported" });
    await expect(refused).rejects.toThrow(message);
  });

  test.each<[string, object, string]>([
    ["bert", { hidden_size: 9 }, '"hidden_size" is 9, which "num_attention_heads", 2, does not divide'],
    ["bert", { hidden_size: -8 }, '"hidden_size" is -8'],
    ["bert", { hidden_size: "8" }, '"hidden_size" is "8"'],
    ["bert", { num_hidden_layers: 1e9 }, '"num_hidden_layers" is 1000000000'],
    ["bert", { pruned_heads: { "0": [1] } }, "pruned heads are not supported"],
    ["gpt2", { n_inner: 0.5 }, '"n_inner" is 0.5'],
  ])("refuses a damaged one: %s, %j", async (model, change, message) => {
    const refused = read(savedModel(model, change as Record<string, unknown>));
    await expect(refused).rejects.toMatchObject({ file: "config.json", fault: "damaged" });
    await expect(refused).rejects.toThrow(message);
  });

  test.each<[string, string]>([
    ["<!DOCTYPE html>", "It is a web page"],
    ["{", "It is no JSON"],
    ["3", "It holds one value"],
    ["null", "It holds one value"],
  ])("needs JSON: %s", async (content, message) => {
    await expect(readConfig(inMemory({ "config.json": content }))).rejects.toThrow(`config.json: ${message}`);
  });
});
