import type { TransformerConfig } from "../../pretrained/config.ts";
import { type Tensor, type Tensor2D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Context, Params } from "../model.ts";
import type { Insertion } from "./insertion.ts";
import { layerName } from "./shapes.ts";

/** Added to the score of a key that is not to be seen, which the softmax then makes 0. */
const MASKED = -1e9;

/** What every layer of a pass is given. */
export interface Pass {
  readonly config: TransformerConfig;
  readonly params: Params;
  readonly insertion: Insertion;
  readonly context: Context;
}

/** A dense layer of a block, as its tuning method has it: [n, inputs] -> [n, outputs]. */
export function project({ params, insertion, context }: Pass, name: string, x: Tensor2D, rows: number): Tensor2D {
  const product = tf.matMul(x, param(params, `${name}.weight`) as Tensor2D);
  const y = tf.add(product, param(params, `${name}.bias`)) as Tensor2D;
  return insertion.projection?.(params, { name, x, y, rows }, context) ?? y;
}

/**
 * What is added to the scores [rows, heads, tokens, tokens]: a large negative number at keys that are padding and, in a
 * causal model, at keys behind their query; null where every token sees all.
 * @param mask [rows, tokens], 1 at tokens and 0 at padding
 */
export function scoreBias({ input }: TransformerConfig, mask: Tensor2D | null): Tensor | null {
  if (!mask) return null;
  const [rows, tokens] = mask.shape;
  const padding = tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [rows, 1, 1, tokens]);
  if (input.modality !== "text" || !input.causal) return padding;
  const places = tf.range(0, tokens);
  const behind = tf.sub(tf.reshape(places, [1, tokens]), tf.reshape(places, [tokens, 1]));
  return tf.add(padding, tf.mul(tf.clipByValue(behind, 0, 1), MASKED));
}

/**
 * softmax(q k^T / sqrt(d) + bias) v over the heads, d numbers each, through the output layer (Vaswani et al. 2017,
 * 1706.03762, section 3.2): [rows * tokens, hidden] -> the same shape.
 * @param bias of {@link scoreBias}
 */
export function attend(pass: Pass, layer: number, x: Tensor2D, rows: number, bias: Tensor | null): Tensor2D {
  const { hidden, heads } = pass.config;
  const name = `${layerName(layer)}.attention`;
  const tokens = x.shape[0] / rows;
  const size = hidden / heads;
  const split = (part: string, order: number[]): Tensor =>
    tf.transpose(tf.reshape(project(pass, `${name}.${part}`, x, rows), [rows, tokens, heads, size]), order);
  const prefix = prefixOf(pass, layer, rows);
  const query = tf.mul(split("query", [0, 2, 1, 3]), 1 / Math.sqrt(size));
  // Transposed here, where it costs nothing: a product with a transposed operand is slow on wasm.
  const ownKeys = split("key", [0, 2, 3, 1]);
  const ownValues = split("value", [0, 2, 1, 3]);
  const keys = prefix ? tf.concat([prefix.keys, ownKeys], 3) : ownKeys;
  const values = prefix ? tf.concat([prefix.values, ownValues], 2) : ownValues;
  const scores = tf.matMul(query, keys);
  const seen = bias ? tf.add(scores, prefix ? seeingPrefix(bias, prefix.length) : bias) : scores;
  const mixed = tf.transpose(tf.matMul(tf.softmax(seen), values), [0, 2, 1, 3]);
  return project(pass, `${name}.output`, tf.reshape(mixed, [rows * tokens, hidden]), rows);
}

interface SplitPrefix {
  readonly length: number;
  /** [rows, heads, size, n] */
  readonly keys: Tensor;
  /** [rows, heads, n, size] */
  readonly values: Tensor;
}

function prefixOf({ config, params, insertion }: Pass, layer: number, rows: number): SplitPrefix | null {
  const prefix = insertion.prefix?.(params, layer);
  if (!prefix) return null;
  const length = prefix.keys.shape[0] as number;
  const ones = tf.ones([rows, 1, 1, 1]);
  const split = (x: Tensor, order: number[]): Tensor =>
    tf.mul(tf.expandDims(tf.transpose(tf.reshape(x, [length, config.heads, -1]), order), 0), ones);
  return { length, keys: split(prefix.keys, [1, 2, 0]), values: split(prefix.values, [1, 0, 2]) };
}

/** A bias [..., tokens] behind that of so many keys that everybody sees. */
function seeingPrefix(bias: Tensor, length: number): Tensor {
  const before = bias.shape.slice(0, -1).map((): [number, number] => [0, 0]);
  return tf.pad(bias, [...before, [length, 0]]);
}
