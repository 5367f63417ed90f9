import type { ImageInput, TextInput, TransformerConfig } from "../../pretrained/config.ts";
import { type Tensor, type Tensor2D, type Tensor3D, tf, toFloat } from "../../tf.ts";
import { dense, param } from "../dense.ts";
import type { Context, Params } from "../model.ts";
import { layerNorm } from "./layer-norm.ts";
import { isPreNorm } from "./shapes.ts";

/** Tokens as vectors. */
export interface Embedded {
  /** [rows, tokens, hidden] */
  readonly tokens: Tensor3D;
  /** [rows, tokens], 1 at tokens and 0 at padding; null where nothing is padding. */
  readonly mask: Tensor2D | null;
}

/**
 * Texts [rows, tokens] of ids, -1 at padding, or images [rows, side, side, channels] in [0, 1], as vectors. Noise on
 * embeddings of tokens enters before positions are added.
 */
export function embed(config: TransformerConfig, params: Params, x: Tensor, context: Context): Embedded {
  const { input } = config;
  return input.modality === "text" ? embedText(config, input, params, x, context) : embedImages(input, params, x);
}

/** token[id] + position[firstPosition + place] + type[0], then a layer norm in the BERT family. */
function embedText(config: TransformerConfig, input: TextInput, params: Params, x: Tensor, context: Context): Embedded {
  const [rows = 0, tokens = 0] = x.shape;
  const ids = x.dtype === "float32" ? x : toFloat(x);
  const mask = tf.clipByValue(tf.add(ids, 1), 0, 1) as Tensor2D;
  const table = param(params, "backbone.embeddings.token");
  const found = tf.gather(table, tf.cast(tf.relu(tf.reshape(ids, [rows * tokens])), "int32"));
  const position = tf.slice(
    param(params, "backbone.embeddings.position") as Tensor2D,
    [input.firstPosition, 0],
    [tokens, config.hidden],
  );
  const places =
    input.types > 0
      ? tf.add(position, tf.slice(param(params, "backbone.embeddings.type") as Tensor2D, [0, 0], [1, config.hidden]))
      : position;
  const sum = tf.add(context.embedded(tf.reshape(found, [rows, tokens, config.hidden]), mask), places);
  if (isPreNorm(config)) return { tokens: sum as Tensor3D, mask };
  const flat = layerNorm(
    params,
    "backbone.embeddings.norm",
    tf.reshape(sum, [-1, config.hidden]),
    config.layerNormEpsilon,
  );
  return { tokens: tf.reshape(flat, [-1, tokens, config.hidden]), mask };
}

/**
 * Each patch of (x - mean) / sd through one dense layer, behind the class token and DeiT's distillation token, plus the
 * positions (Dosovitskiy et al. 2021, 2010.11929, section 3.1; Touvron et al. 2021, 2012.12877).
 */
function embedImages(input: ImageInput, params: Params, x: Tensor): Embedded {
  const { side, patch, channels } = input;
  const rows = x.shape[0] as number;
  const across = side / patch;
  const standard = tf.div(tf.sub(x, tf.tensor1d([...input.mean])), tf.tensor1d([...input.sd]));
  const cut = tf.transpose(
    tf.reshape(standard, [rows, across, patch, across, patch * channels]),
    [0, 1, 3, 2, 4],
  ) as Tensor;
  const flat = tf.reshape(cut, [rows * across ** 2, patch ** 2 * channels]);
  const patches = dense(params, "backbone.embeddings.patch", flat);
  const hidden = patches.shape[1];
  const first = ["class", "distillation"].slice(0, input.prefixTokens).map((name) => {
    const token = tf.reshape(param(params, `backbone.embeddings.${name}`), [1, 1, hidden]);
    return tf.mul(token, tf.ones([rows, 1, 1]));
  });
  const tokens = tf.concat([...first, tf.reshape(patches, [rows, across ** 2, hidden])], 1);
  return { tokens: tf.add(tokens, param(params, "backbone.embeddings.position")) as Tensor3D, mask: null };
}
