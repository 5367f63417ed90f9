import type { TransformerConfig } from "../../pretrained/config.ts";
import { type Tensor, type Tensor2D, type Tensor3D, tf } from "../../tf.ts";
import { param } from "../dense.ts";
import type { Context, Params } from "../model.ts";
import { activate } from "./activations.ts";
import { attend, type Pass, project, scoreBias } from "./attention.ts";
import { type Embedded, embed } from "./embeddings.ts";
import { type Insertion, NO_INSERTION } from "./insertion.ts";
import { KEEP_ALL, type Keeping, kept } from "./keeping.ts";
import { layerNorm } from "./layer-norm.ts";
import { hasLayerScale, isPreNorm, layerName } from "./shapes.ts";

/** A transformer without the values of its parameters. */
export interface Transformer {
  readonly config: TransformerConfig;
  readonly insertion?: Insertion;
  /** What its layers leave to the backward pass; all that it reads where it is left out. */
  readonly keeping?: Keeping;
}

/** The last hidden state, and where it stands for tokens. */
export type Encoded = Embedded;

/**
 * The last hidden state: texts [rows, tokens] of ids, -1 at padding, or images [rows, side, side, channels] in [0, 1] ->
 * [rows, tokens, hidden], what stands at padding being of no use. Block i hands what it gives to `context.hidden` as
 * layer i; where that returns K rows for one, all above runs on as many.
 */
export function encode(
  { config, insertion = NO_INSERTION, keeping = KEEP_ALL }: Transformer,
  params: Params,
  x: Tensor,
  context: Context,
): Encoded {
  const { hidden, layers, layerNormEpsilon } = config;
  const pass: Pass = { config, params, insertion, context };
  let { tokens, mask } = embed(config, params, x, context);
  let bias = scoreBias(config, mask);
  for (let i = 0; i < layers; i++) {
    if (insertion.draws?.(i)) tokens = (context.repeated?.(tokens) ?? tokens) as Tensor3D;
    const rows = tokens.shape[0];
    bias = bias && repeatedTo(rows, bias);
    tokens = kept(keeping, pass, i, { x: tokens, bias }, (of, { x, bias: itsBias }) => {
      const flat = block(of, i, tf.reshape(x, [-1, hidden]) as Tensor2D, rows, itsBias);
      return context.hidden(tf.reshape(flat, x.shape), i) as Tensor3D;
    });
  }
  mask = mask && (repeatedTo(tokens.shape[0], mask) as Tensor2D);
  if (!isPreNorm(config)) return { tokens, mask };
  const flat = layerNorm(params, "backbone.norm", tf.reshape(tokens, [-1, hidden]), layerNormEpsilon);
  return { tokens: tf.reshape(flat, tokens.shape), mask };
}

/**
 * y = x + attention(norm(x)), then y + feedForward(norm(y)), the norms before the sub-layers; or norm(x + attention(x)),
 * then norm(y + feedForward(y)), in the BERT family: [rows * tokens, hidden] -> the same shape.
 */
function block(pass: Pass, layer: number, x: Tensor2D, rows: number, bias: Tensor | null): Tensor2D {
  const name = layerName(layer);
  const attended = subLayer(pass, `${name}.attention`, x, (at) => attend(pass, layer, at, rows, bias));
  return subLayer(pass, `${name}.feed_forward`, attended, (at) => {
    const up = activate(pass.config, project(pass, `${name}.feed_forward.up`, at, rows));
    return project(pass, `${name}.feed_forward.down`, up, rows);
  });
}

function subLayer(
  { config, params, insertion }: Pass,
  name: string,
  x: Tensor2D,
  compute: (x: Tensor2D) => Tensor2D,
): Tensor2D {
  const norm = (at: Tensor2D): Tensor2D => layerNorm(params, `${name}.norm`, at, config.layerNormEpsilon);
  const plain = compute(isPreNorm(config) ? norm(x) : x);
  const given = insertion.afterSubLayer?.(params, name, plain) ?? plain;
  const scaled = hasLayerScale(config) ? (tf.mul(given, param(params, `${name}.scale`)) as Tensor2D) : given;
  const sum = tf.add(x, scaled) as Tensor2D;
  return isPreNorm(config) ? sum : norm(sum);
}

/** Each row as often as it takes, one after another: [n, ...] -> [rows, ...]. */
function repeatedTo(rows: number, x: Tensor): Tensor {
  const [n = 0, ...rest] = x.shape;
  if (n === rows || n === 1) return x;
  const ones = tf.ones([1, rows / n, ...rest.map(() => 1)]);
  return tf.reshape(tf.mul(tf.expandDims(x, 1), ones), [rows, ...rest]);
}
