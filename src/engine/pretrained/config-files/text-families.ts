import { z } from "zod";
import type { TextInput } from "../config.ts";
import {
  activation,
  COMMON,
  CONFIG_FILE,
  checkHeads,
  count,
  depth,
  epsilon,
  type FileConfig,
  isFalse,
  orElse,
  width,
} from "./common-fields.ts";
import { checkFields } from "./json-file.ts";

const vocabulary = count(10_000_000);
const positions = count(1 << 20);

/** Fields of BERT (1810.04805) and of RoBERTa (1907.11692), which differ in defaults alone. */
const bertLike = (defaults: { vocabulary: number; padding: number }) =>
  z.object({
    ...COMMON,
    hidden_size: orElse(width, 768),
    num_hidden_layers: orElse(depth, 12),
    num_attention_heads: orElse(width, 12),
    intermediate_size: orElse(width, 3072),
    hidden_act: orElse(activation, "gelu"),
    layer_norm_eps: orElse(epsilon, 1e-12),
    vocab_size: orElse(vocabulary, defaults.vocabulary),
    max_position_embeddings: orElse(positions, 512),
    type_vocab_size: orElse(z.int().min(0).max(1000), 2),
    pad_token_id: orElse(z.int().min(0), defaults.padding),
    position_embedding_type: orElse(z.literal("absolute"), "absolute"),
    is_decoder: isFalse,
    add_cross_attention: isFalse,
  });

const BERT = bertLike({ vocabulary: 30522, padding: 0 });
const ROBERTA = bertLike({ vocabulary: 50265, padding: 1 });

export function readBert(json: object): FileConfig {
  return { ...bertShape(checkFields(BERT, json, CONFIG_FILE), 0), family: "bert", pooling: "cls-tanh" };
}

export function readRoberta(json: object): FileConfig {
  const fields = checkFields(ROBERTA, json, CONFIG_FILE);
  return { ...bertShape(fields, fields.pad_token_id + 1), family: "roberta", pooling: "cls" };
}

function bertShape(fields: z.output<typeof BERT>, firstPosition: number): Omit<FileConfig, "family" | "pooling"> {
  checkHeads(fields.hidden_size, fields.num_attention_heads, ["hidden_size", "num_attention_heads"]);
  return {
    hidden: fields.hidden_size,
    layers: fields.num_hidden_layers,
    heads: fields.num_attention_heads,
    intermediate: fields.intermediate_size,
    activation: fields.hidden_act,
    layerNormEpsilon: fields.layer_norm_eps,
    normalize: false,
    input: textInput({
      vocabulary: fields.vocab_size,
      positions: fields.max_position_embeddings,
      firstPosition,
      types: fields.type_vocab_size,
      causal: false,
    }),
  };
}

const DISTILBERT = z.object({
  ...COMMON,
  dim: orElse(width, 768),
  n_layers: orElse(depth, 6),
  n_heads: orElse(width, 12),
  hidden_dim: orElse(width, 3072),
  activation: orElse(activation, "gelu"),
  vocab_size: orElse(vocabulary, 30522),
  max_position_embeddings: orElse(positions, 512),
});

/** DistilBERT (1910.01108); its normalisations have a fixed epsilon. */
export function readDistilbert(json: object): FileConfig {
  const fields = checkFields(DISTILBERT, json, CONFIG_FILE);
  checkHeads(fields.dim, fields.n_heads, ["dim", "n_heads"]);
  return {
    family: "distilbert",
    hidden: fields.dim,
    layers: fields.n_layers,
    heads: fields.n_heads,
    intermediate: fields.hidden_dim,
    activation: fields.activation,
    layerNormEpsilon: 1e-12,
    pooling: "cls",
    normalize: false,
    input: textInput({
      vocabulary: fields.vocab_size,
      positions: fields.max_position_embeddings,
      firstPosition: 0,
      types: 0,
      causal: false,
    }),
  };
}

const GPT2 = z.object({
  ...COMMON,
  n_embd: orElse(width, 768),
  n_layer: orElse(depth, 12),
  n_head: orElse(width, 12),
  n_inner: width.nullish(),
  activation_function: orElse(activation, "gelu_new"),
  layer_norm_epsilon: orElse(epsilon, 1e-5),
  vocab_size: orElse(vocabulary, 50257),
  n_positions: orElse(positions, 1024),
  scale_attn_weights: orElse(z.literal(true), true),
  scale_attn_by_inverse_layer_idx: isFalse,
  add_cross_attention: isFalse,
});

/** GPT-2 (Radford et al. 2019). */
export function readGpt2(json: object): FileConfig {
  const fields = checkFields(GPT2, json, CONFIG_FILE);
  checkHeads(fields.n_embd, fields.n_head, ["n_embd", "n_head"]);
  return {
    family: "gpt2",
    hidden: fields.n_embd,
    layers: fields.n_layer,
    heads: fields.n_head,
    intermediate: fields.n_inner ?? 4 * fields.n_embd,
    activation: fields.activation_function,
    layerNormEpsilon: fields.layer_norm_epsilon,
    pooling: "last-token",
    normalize: false,
    input: textInput({
      vocabulary: fields.vocab_size,
      positions: fields.n_positions,
      firstPosition: 0,
      types: 0,
      causal: true,
    }),
  };
}

const textInput = (input: Omit<TextInput, "modality" | "maxTokens">): TextInput => ({
  ...input,
  modality: "text",
  maxTokens: input.positions - input.firstPosition,
});
