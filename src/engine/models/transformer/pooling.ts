import type { TransformerConfig } from "../../pretrained/config.ts";
import { type Tensor2D, type Tensor3D, tf } from "../../tf.ts";
import { dense } from "../dense.ts";
import type { Params } from "../model.ts";
import type { Encoded } from "./encoder.ts";

/** Keeps the length of a vector of zeros from being 0. */
const SQUARE_EPSILON = 1e-24;

/**
 * One vector a row, as `config.pooling` says, divided by its L2 norm where `config.normalize`:
 * [rows, tokens, hidden] -> [rows, hidden]. A row that is all padding gives zeros, or what stands at its first token.
 */
export function pooled(config: TransformerConfig, params: Params, encoded: Encoded): Tensor2D {
  const vector = poolTokens(config, params, encoded);
  if (!config.normalize) return vector;
  const squared = tf.sum(tf.square(vector), 1, true);
  return tf.mul(vector, tf.rsqrt(tf.add(squared, SQUARE_EPSILON)));
}

function poolTokens({ pooling }: TransformerConfig, params: Params, { tokens, mask }: Encoded): Tensor2D {
  switch (pooling) {
    case "mean":
      return mask ? weighted(tokens, tf.div(mask, tf.maximum(tf.sum(mask, 1, true), 1))) : tf.mean(tokens, 1);
    case "cls":
      return at(tokens, 0);
    case "cls-tanh":
      return tf.tanh(dense(params, "backbone.pooler", at(tokens, 0)));
    case "last-token":
      return mask ? weighted(tokens, lastOf(mask)) : at(tokens, tokens.shape[1] - 1);
    default:
      return pooling satisfies never;
  }
}

/** sum_i w_i x_i: [rows, tokens, hidden], [rows, tokens] -> [rows, hidden]. */
const weighted = (tokens: Tensor3D, weights: Tensor2D): Tensor2D =>
  tf.squeeze(tf.matMul(tf.expandDims(weights, 1), tokens), [1]);

const at = (tokens: Tensor3D, place: number): Tensor2D =>
  tf.reshape(tf.slice(tokens, [0, place, 0], [-1, 1, -1]), [tokens.shape[0], tokens.shape[2]]);

/** 1 where padding or the end comes next, 0 elsewhere: [rows, tokens] of ones before zeros. */
function lastOf(mask: Tensor2D): Tensor2D {
  const next = tf.pad(tf.slice(mask, [0, 1], [-1, -1]), [
    [0, 0],
    [0, 1],
  ]);
  return tf.sub(mask, next as Tensor2D);
}
