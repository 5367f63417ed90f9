import { type Tensor, type Tensor2D, tf } from "../../tf.ts";
import { dense, param } from "../dense.ts";
import type { Context, Params } from "../model.ts";
import { NUM_LAYERS } from "./weights.ts";

export const NUM_HEADS = 4;
const NORM_EPSILON = 1e-6;
const SQUARE_EPSILON = 1e-12;
const CLEAN: Pick<Context, "hidden"> = { hidden: (activation) => activation };
/** Added to the attention of padding, which the softmax then makes 0. */
const MASKED = -1e9;

/**
 * Universal Sentence Encoder Lite above its embeddings: two pre-norm transformer layers, the mean over the tokens,
 * tanh(x W + b) and division by the L2 norm: [rows, length, 256] -> [rows, 512]. A row without tokens is all padding
 * and gives a finite vector. Source: Cer et al. 2018, 1803.11175; Vaswani et al. 2017, 1706.03762.
 * @param mask [rows, length], 1 at tokens and 0 at padding
 * @param context noise behind each layer; may make K rows of each, one beside the other
 */
export function encodeEmbedded(
  params: Params,
  embedded: Tensor,
  mask: Tensor2D,
  context: Pick<Context, "hidden"> = CLEAN,
): Tensor2D {
  return tf.tidy(() => {
    let tokens = embedded;
    for (let i = 0; i < NUM_LAYERS; i++) {
      const y = layer(params, `layer_${i}`, tokens, maskOf(tokens, mask));
      tokens = context.hidden(y, i);
    }
    const counted = maskOf(tokens, mask);
    const sum = tf.sum(tf.mul(tokens, tf.expandDims(counted, 2)), 1);
    const mean = tf.div(sum, tf.maximum(tf.sum(counted, 1, true), 1));
    const sentence = tf.tanh(dense(params, "output", mean));
    const squared = tf.sum(tf.square(sentence), 1, true);
    return tf.mul(sentence, tf.rsqrt(tf.add(squared, SQUARE_EPSILON))) as Tensor2D;
  });
}

/** The mask of rows of which there may be K times as many: [rows, length] -> [rows * K, length]. */
function maskOf(tokens: Tensor, mask: Tensor2D): Tensor2D {
  const [rows, length] = mask.shape;
  const k = (tokens.shape[0] as number) / rows;
  return k === 1 ? mask : tf.reshape(tf.tile(tf.expandDims(mask, 1), [1, k, 1]), [rows * k, length]);
}

/**
 * y = R(x) + attention(norm(x)), then y + W1 relu(W0 norm(y)): [rows, length, width] -> [rows, length, 512], where R
 * is the identity, or a matrix in the layer that changes the width.
 */
function layer(params: Params, name: string, tokens: Tensor, mask: Tensor2D): Tensor {
  const [rows, length] = mask.shape;
  const x = tf.reshape(tokens, [rows * length, -1]);
  const residual = params[`${name}.residual.weight`] ? dense(params, `${name}.residual`, x) : x;
  const attention = `${name}.attention`;
  const y = tf.add(residual, attend(params, attention, norm(params, `${attention}.norm`, x), mask));
  const feedForward = `${name}.feed_forward`;
  const hidden = tf.relu(dense(params, `${feedForward}.dense_0`, norm(params, `${feedForward}.norm`, y)));
  return tf.reshape(tf.add(y, dense(params, `${feedForward}.dense_1`, hidden)), [rows, length, -1]);
}

/** softmax(q k^T / sqrt(d) + bias) v over four heads of d numbers each: [rows * length, width] -> [.., 512]. */
function attend(params: Params, name: string, x: Tensor, mask: Tensor2D): Tensor {
  const [rows, length] = mask.shape;
  const bias = tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [rows, 1, 1, length]);
  const width = x.shape[1] as number;
  const size = width / NUM_HEADS;
  const qkv = dense(params, `${name}.qkv`, x);
  const heads = (part: number, order: number[]): Tensor =>
    tf.transpose(tf.reshape(tf.slice(qkv, [0, part * width], [-1, width]), [rows, length, NUM_HEADS, size]), order);
  const query = tf.mul(heads(0, [0, 2, 1, 3]), 1 / Math.sqrt(size));
  // Transposed here, where it costs nothing: a product with a transposed operand is slow on wasm.
  const scores = tf.matMul(query, heads(1, [0, 2, 3, 1]));
  const weighted = tf.matMul(tf.softmax(tf.add(scores, bias)), heads(2, [0, 2, 1, 3]));
  return dense(params, `${name}.output`, tf.reshape(tf.transpose(weighted, [0, 2, 1, 3]), [rows * length, width]));
}

/** scale (x - mean) / sqrt(variance + 1e-6) + bias over the last axis. */
function norm(params: Params, name: string, x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const standard = tf.mul(centred, tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(standard, param(params, `${name}.scale`)), param(params, `${name}.bias`));
}
