import { type ModelKind, TRANSFORMER } from "../../workloads.ts";
import { tf } from "./backends.ts";

export type TfjsParams = Readonly<Record<string, tf.Tensor>>;

/** [rows, ...input] -> logits [rows, classes]. */
export type TfjsModel = (trained: TfjsParams, frozen: TfjsParams, x: tf.Tensor) => tf.Tensor2D;

function param(params: TfjsParams, name: string): tf.Tensor {
  const found = params[name];
  if (!found) throw new Error(`There is no parameter "${name}".`);
  return found;
}

/** x W + b of [rows, in], in one dispatch where there is a kernel for it. */
const dense = (params: TfjsParams, name: string, x: tf.Tensor, activation: "linear" | "relu" = "linear"): tf.Tensor2D =>
  tf.fused.matMul({
    a: x as tf.Tensor2D,
    b: param(params, `${name}.weight`) as tf.Tensor2D,
    bias: param(params, `${name}.bias`),
    activation,
  }) as tf.Tensor2D;

const head: TfjsModel = (params, _frozen, x) => dense(params, "head.dense_1", dense(params, "head.dense_0", x, "relu"));

const cnn: TfjsModel = (params, _frozen, x) => {
  const standard = tf.div(tf.sub(x, tf.tensor1d([0.485, 0.456, 0.406])), tf.tensor1d([0.229, 0.224, 0.225]));
  const second = block(params, "backbone.conv_1", block(params, "backbone.conv_0", standard as tf.Tensor4D));
  const flat = tf.reshape(second, [second.shape[0], -1]);
  return dense(params, "head.dense_0", dense(params, "backbone.dense_0", flat, "relu"));
};

function block(params: TfjsParams, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const convolved = tf.fused.conv2d({
    x,
    filter: param(params, `${name}.weight`) as tf.Tensor4D,
    strides: 1,
    pad: "same",
    bias: param(params, `${name}.bias`),
    activation: "relu",
  });
  return tf.maxPool(convolved, 2, 2, "valid");
}

/** Rows of tokens, [rows tokens, width], wherever a layer sees tokens one by one. */
const transformer: TfjsModel = (params, frozen, x) => {
  const { layers, width, tokens } = TRANSFORMER;
  let h = tf.reshape(x, [-1, width]) as tf.Tensor2D;
  for (let i = 0; i < layers; i++) {
    h = tf.add(h, attention(params, frozen, `layer_${i}`, normalized(h)));
    const up = gelu(dense(frozen, `layer_${i}.up`, normalized(h)));
    h = tf.add(h, dense(frozen, `layer_${i}.down`, up));
  }
  const pooled = tf.mean(tf.reshape(normalized(h), [-1, tokens, width]), 1);
  return dense(params, "head.dense_0", pooled);
};

function attention(params: TfjsParams, frozen: TfjsParams, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const { width, heads, tokens, rank, alpha } = TRANSFORMER;
  const split = (y: tf.Tensor) => tf.transpose(tf.reshape(y, [-1, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const adapted = (which: string): tf.Tensor => {
    const low = tf.matMul(x, param(params, `${name}.${which}.lora_a`));
    const added = tf.matMul(low, param(params, `${name}.${which}.lora_b`));
    return tf.add(dense(frozen, `${name}.${which}`, x), alpha === rank ? added : tf.mul(added, alpha / rank));
  };
  const [q, k, v] = [adapted("q"), dense(frozen, `${name}.k`, x), adapted("v")].map(split) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  return dense(frozen, `${name}.out`, tf.reshape(mixed, [-1, width]));
}

/** (x - mean) / sqrt(variance + 1e-5) over the last axis. */
function normalized(x: tf.Tensor2D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
}

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

export const TFJS_MODELS: Record<ModelKind, TfjsModel> = { head, cnn, transformer };
