import type { Family } from "../../pretrained/config.ts";

/** Where a family's files keep what we call by names of our own, below the prefix. */
interface PublishedNames {
  /** Name of layer i up to the dot. */
  layer(i: number): string;
  /** Our module or parameter within the backbone or within a layer -> theirs. */
  readonly modules: Readonly<Record<string, string>>;
  /** Weights of the backbone that may lie there and are not read where they are not used. */
  readonly unused: RegExp | null;
  /** Constants that early versions stored. */
  readonly buffers: RegExp | null;
}

const BERT: PublishedNames = {
  layer: (i) => `encoder.layer.${i}`,
  modules: {
    "embeddings.token": "embeddings.word_embeddings.weight",
    "embeddings.position": "embeddings.position_embeddings.weight",
    "embeddings.type": "embeddings.token_type_embeddings.weight",
    "embeddings.norm": "embeddings.LayerNorm",
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.output": "attention.output.dense",
    "attention.norm": "attention.output.LayerNorm",
    "feed_forward.up": "intermediate.dense",
    "feed_forward.down": "output.dense",
    "feed_forward.norm": "output.LayerNorm",
    pooler: "pooler.dense",
  },
  unused: /^pooler\./,
  buffers: /^embeddings\.(position_ids|token_type_ids)$/,
};

const DISTILBERT: PublishedNames = {
  layer: (i) => `transformer.layer.${i}`,
  modules: {
    "embeddings.token": "embeddings.word_embeddings.weight",
    "embeddings.position": "embeddings.position_embeddings.weight",
    "embeddings.norm": "embeddings.LayerNorm",
    "attention.query": "attention.q_lin",
    "attention.key": "attention.k_lin",
    "attention.value": "attention.v_lin",
    "attention.output": "attention.out_lin",
    "attention.norm": "sa_layer_norm",
    "feed_forward.up": "ffn.lin1",
    "feed_forward.down": "ffn.lin2",
    "feed_forward.norm": "output_layer_norm",
  },
  unused: null,
  buffers: /^embeddings\.position_ids$/,
};

const GPT2: PublishedNames = {
  layer: (i) => `h.${i}`,
  modules: {
    "embeddings.token": "wte.weight",
    "embeddings.position": "wpe.weight",
    "attention.query": "attn.c_attn",
    "attention.key": "attn.c_attn",
    "attention.value": "attn.c_attn",
    "attention.output": "attn.c_proj",
    "attention.norm": "ln_1",
    "feed_forward.up": "mlp.c_fc",
    "feed_forward.down": "mlp.c_proj",
    "feed_forward.norm": "ln_2",
    norm: "ln_f",
  },
  unused: null,
  buffers: /\.attn\.(bias|masked_bias)$/,
};

const VIT: PublishedNames = {
  layer: (i) => `encoder.layer.${i}`,
  modules: {
    "embeddings.patch": "embeddings.patch_embeddings.projection",
    "embeddings.class": "embeddings.cls_token",
    "embeddings.distillation": "embeddings.distillation_token",
    "embeddings.position": "embeddings.position_embeddings",
    "attention.query": "attention.attention.query",
    "attention.key": "attention.attention.key",
    "attention.value": "attention.attention.value",
    "attention.output": "attention.output.dense",
    "attention.norm": "layernorm_before",
    "feed_forward.up": "intermediate.dense",
    "feed_forward.down": "output.dense",
    "feed_forward.norm": "layernorm_after",
    norm: "layernorm",
    pooler: "pooler.dense",
  },
  unused: /^(embeddings\.mask_token$|pooler\.)/,
  buffers: null,
};

const DINOV2: PublishedNames = {
  ...VIT,
  modules: {
    ...VIT.modules,
    "attention.norm": "norm1",
    "attention.scale": "layer_scale1.lambda1",
    "feed_forward.up": "mlp.fc1",
    "feed_forward.down": "mlp.fc2",
    "feed_forward.norm": "norm2",
    "feed_forward.scale": "layer_scale2.lambda1",
  },
};

const NAMES: Readonly<Record<Family, PublishedNames>> = {
  bert: BERT,
  distilbert: DISTILBERT,
  roberta: BERT,
  gpt2: GPT2,
  vit: VIT,
  deit: VIT,
  dinov2: DINOV2,
};

/** The name in a family's files, below the prefix, of a parameter of ours (such as `backbone.layer_0.attention.query.weight`). */
export function publishedName(family: Family, name: string): string {
  const { layer, modules } = NAMES[family];
  const [, number, within] = /^backbone\.(?:layer_(\d+)\.)?(.+)$/.exec(name) ?? [];
  const whole = modules[within ?? ""];
  const [, module = "", part = ""] = /^(.+)\.(weight|bias)$/.exec(within ?? "") ?? [];
  const theirs = whole ?? (modules[module] && `${modules[module]}.${part}`);
  if (theirs === undefined) throw new Error(`"${family}" has no name for "${name}".`);
  return number === undefined ? theirs : `${layer(Number(number))}.${theirs}`;
}

/** The name under which the first checkpoints kept the same (their layer norms had a gamma and a beta). */
export const earlierName = (published: string): string =>
  published.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta");

/** Whether a name below the prefix holds nothing that a backbone reads. */
export const isIgnored = (family: Family, published: string): boolean =>
  isUnused(family, published) || (NAMES[family].buffers?.test(published) ?? false);

/** Whether a name below the prefix is that of a weight which belongs to the backbone and need not be read. */
export const isUnused = (family: Family, published: string): boolean => NAMES[family].unused?.test(published) ?? false;
