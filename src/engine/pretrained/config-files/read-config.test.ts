import { describe, expect, test } from "vitest";
import { withHeader } from "../../safetensors/testing/raw-file.ts";
import { type Contents, inMemory, SAVED, savedModel, tensorsOf, weightsOf } from "../testing/models.ts";
import { openWeights } from "../weight-files.ts";
import { readConfig } from "./read-config.ts";
import { matchTensors } from "./tensor-names.ts";

/** A safetensors file's header and the bytes behind it. */
function parts(file: Uint8Array<ArrayBuffer>): { header: object; data: Uint8Array } {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return {
    header: JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))),
    data: file.subarray(8 + length),
  };
}

async function read(contents: Contents) {
  const files = inMemory(contents);
  const { weights, file } = await openWeights(files);
  return matchTensors(await readConfig(files), weights, file);
}

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

describe("the preprocessor of images", () => {
  test("must be there", async () => {
    const { "preprocessor_config.json": _, ...others } = savedModel("vit");
    await expect(read(others)).rejects.toMatchObject({ file: "preprocessor_config.json", fault: "missing" });
  });

  test("may leave colours as they are", async () => {
    const config = await read(savedModel("vit", {}, { do_normalize: false }));
    expect(config.input).toMatchObject({ mean: [0, 0, 0], sd: [1, 1, 1] });
  });

  test.each<[object, string]>([
    [{ image_std: [0.5, 0, 0.5] }, '"image_std" is [0.5,0,0.5]; the model needs 3 numbers'],
    [{ image_mean: [0.5] }, '"image_mean" is [0.5]'],
    [{ image_mean: null }, '"image_mean" is null'],
    [{ rescale_factor: 1 / 127.5 }, '"rescale_factor" is 0.00784'],
    [{ do_rescale: false }, '"do_rescale" is false; supported: true'],
  ])("is refused: %j", async (change, message) => {
    await expect(read(savedModel("vit", {}, change as Record<string, unknown>))).rejects.toThrow(message);
  });

  test("decides the side of DINOv2's images, whose positions are interpolated", async () => {
    const sides = [];
    for (const preprocessor of [
      {},
      { crop_size: 12 },
      { do_center_crop: false, size: { height: 16, width: 16 } },
      { crop_size: null, size: null },
    ])
      sides.push((await read(savedModel("dinov2", {}, preprocessor))).input);
    expect(sides).toMatchObject([{ side: 8 }, { side: 12 }, { side: 16 }, { side: 20 }]);
    await expect(read(savedModel("dinov2", {}, { crop_size: 10 }))).rejects.toThrow("10 pixels are not a whole number");
  });
});

describe("a sentence model", () => {
  const modules = (...kinds: string[]) =>
    json(
      kinds.map((kind, i) => ({
        idx: i,
        name: `${i}`,
        path: i === 0 ? "" : `${i}_${kind}`,
        type: `sentence_transformers.models.${kind}`,
      })),
    );
  const sentence = (pooling: object, kinds = ["Transformer", "Pooling", "Normalize"]): Contents => ({
    ...savedModel("bert"),
    "modules.json": modules(...kinds),
    "1_Pooling/config.json": json(pooling),
  });

  test.each<[object, string]>([
    [{ pooling_mode_cls_token: false, pooling_mode_mean_tokens: true, pooling_mode_max_tokens: false }, "mean"],
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, "cls"],
    [{ pooling_mode_mean_tokens: false, pooling_mode_lasttoken: true }, "last-token"],
    [{ word_embedding_dimension: 8 }, "mean"],
    [{ pooling_mode: "cls" }, "cls"],
    [{ pooling_mode: "Mean", include_prompt: true }, "mean"],
  ])("pools as it was trained to: %j", async (pooling, expected) => {
    expect(await read(sentence(pooling))).toMatchObject({ pooling: expected, normalize: true });
  });

  test("need not normalise", async () => {
    expect(await read(sentence({}, ["Transformer", "Pooling"]))).toMatchObject({ pooling: "mean", normalize: false });
  });

  test("says how many tokens it reads; so does a tokenizer; the fewest count", async () => {
    const tokens = async (extra: Contents) => (await read({ ...savedModel("bert"), ...extra })).input;
    const settings = (max: number | null) => ({
      "sentence_bert_config.json": json({ max_seq_length: max, do_lower_case: false }),
    });
    const tokenizer = (max: number) => ({ "tokenizer_config.json": json({ model_max_length: max }) });
    expect(await tokens(settings(7))).toMatchObject({ maxTokens: 7 });
    expect(await tokens(settings(700))).toMatchObject({ maxTokens: 20 });
    expect(await tokens({ ...settings(null), ...tokenizer(1e30) })).toMatchObject({ maxTokens: 20 });
    expect(await tokens({ ...settings(9), ...tokenizer(6) })).toMatchObject({ maxTokens: 6 });
    expect(await tokens({ "sentence_roberta_config.json": json({ max_seq_length: 5 }) })).toMatchObject({
      maxTokens: 5,
    });
  });

  test.each<[string, Contents, string]>([
    [
      "max pooling",
      sentence({ pooling_mode: "max" }),
      '1_Pooling/config.json: "pooling_mode" is "max"; supported: "cls", "mean"',
    ],
    ["two poolings", sentence({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }), '"cls and mean"'],
    [
      "a dense layer",
      sentence({}, ["Transformer", "Pooling", "Dense"]),
      'modules.json: "type" is ["Transformer","Pooling","Dense"]',
    ],
    ["no pooling", sentence({}, ["Transformer"]), 'modules.json: "type" is ["Transformer"]'],
    [
      "a pooling elsewhere",
      { ...sentence({}), "modules.json": modules("Transformer", "Pooling").replace("1_Pooling", "../../x") },
      'modules.json: "path" of the pooling is "../../x"',
    ],
    [
      "a pooling that is missing",
      { ...sentence({}), "modules.json": modules("Transformer", "Pooling").replace("1_Pooling", "2") },
      "2/config.json: The file is missing",
    ],
  ])("is refused with %s", async (_, contents, message) => {
    await expect(read(contents)).rejects.toThrow(message);
  });
});

describe("the tensors beside a configuration", () => {
  const renamed = (prefix: string) =>
    weightsOf(Object.fromEntries(Object.entries(tensorsOf("bert")).map(([name, shape]) => [prefix + name, shape])));

  test("may begin with any prefix", async () => {
    expect(await read({ ...savedModel("bert"), "model.safetensors": renamed("model.encoder.") })).toMatchObject({
      prefix: "model.encoder.",
      pooling: "cls-tanh",
    });
  });

  test("must have types that are read, but for masks", async () => {
    const types = async (dtype: string) => {
      const plain = savedModel("gpt2")["model.safetensors"] as Uint8Array<ArrayBuffer>;
      const { header, data } = parts(plain);
      const end = data.length;
      const extra = { dtype, shape: [1], data_offsets: [end, end + (dtype === "F64" ? 8 : 1)] };
      const file = withHeader({ ...header, "h.0.attn.bias": extra }, extra.data_offsets[1]);
      file.set(data, file.length - (extra.data_offsets[1] as number));
      return read({ ...savedModel("gpt2"), "model.safetensors": file });
    };
    expect(await types("BOOL")).toMatchObject({ family: "gpt2" });
    await expect(types("F64")).rejects.toThrow('model.safetensors: The tensor "h.0.attn.bias" has the type F64');
  });

  test("may lack DeiT's distillation token", async () => {
    const { "embeddings.distillation_token": _, ...shapes } = tensorsOf("deit");
    const config = await read({ ...savedModel("deit"), "model.safetensors": weightsOf(shapes) });
    expect(config.input).toMatchObject({ prefixTokens: 1 });
  });

  test.each<[string, object, Record<string, number[]>, string]>([
    ["another family", {}, tensorsOf("gpt2"), 'There is no tensor "embeddings.word_embeddings.weight"'],
    ["fewer layers", { num_hidden_layers: 3 }, tensorsOf("bert"), 'There are no tensors "encoder.layer.2.*"'],
    [
      "another vocabulary",
      { vocab_size: 41 },
      tensorsOf("bert"),
      'The tensor "embeddings.word_embeddings.weight" has the shape [40, 8], config.json says [41, 8]',
    ],
    [
      "other positions",
      { max_position_embeddings: 21 },
      tensorsOf("bert"),
      'The tensor "embeddings.position_embeddings.weight" has the shape [20, 8]',
    ],
    [
      "two encoders",
      {},
      { ...tensorsOf("bert"), ...tensorsOf("bert-for-words") },
      'There are two models in it, "" and "bert."',
    ],
  ])("are refused: those of %s", async (_, change, shapes, message) => {
    const contents = {
      ...savedModel("bert", change as Record<string, unknown>),
      "model.safetensors": weightsOf(shapes),
    };
    await expect(read(contents)).rejects.toThrow(`model.safetensors: ${message}`);
  });
});
