/** Families of pretrained transformers that can be loaded, by the `model_type` of their config.json. */
export const FAMILIES = ["bert", "distilbert", "roberta", "gpt2", "vit", "deit", "dinov2"] as const;
export type Family = (typeof FAMILIES)[number];

/** What a text model reads. */
export interface TextInput {
  readonly modality: "text";
  readonly vocabulary: number;
  /** Rows of the position table. */
  readonly positions: number;
  /** Position of the first token: RoBERTa's tables begin after the padding id. */
  readonly firstPosition: number;
  /** Rows of the token type table; 0 where there is none. */
  readonly types: number;
  /** True where a token attends to itself and those before it alone. */
  readonly causal: boolean;
  /** Most tokens of a text, special ones included. */
  readonly maxTokens: number;
}

/** What an image model reads. */
export interface ImageInput {
  readonly modality: "image";
  /** Side in pixels of the square image. */
  readonly side: number;
  /** Side in pixels of a patch. */
  readonly patch: number;
  readonly channels: number;
  /** Per channel, of values in [0, 1]: the model reads (value - mean) / sd. */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** Tokens before the patches: the class token, and DeiT's distillation token. */
  readonly prefixTokens: 1 | 2;
}

/**
 * How the vectors of the tokens become one, as the model was trained: their mean over what is no padding, the first, the
 * first through the pooler's dense layer and tanh, or the last that is no padding.
 */
export type TokenPooling = "mean" | "cls" | "cls-tanh" | "last-token";

/** All that decides a transformer's shapes and arithmetic, whatever its family calls it. */
export interface TransformerConfig {
  readonly family: Family;
  /** Width of a token's vector. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Width between the two layers of the feed-forward network. */
  readonly intermediate: number;
  readonly activation: "gelu" | "gelu-tanh" | "relu";
  readonly layerNormEpsilon: number;
  readonly input: TextInput | ImageInput;
  readonly pooling: TokenPooling;
  /** Whether the pooled vector is divided by its length. */
  readonly normalize: boolean;
  /** Layer name prefix in the files, such as `bert.`; "" where names begin at once. */
  readonly prefix: string;
}
