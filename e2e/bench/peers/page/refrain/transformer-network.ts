import { dense, param } from "../../../../../src/engine/models/dense.ts";
import type { Params } from "../../../../../src/engine/models/model.ts";
import { type Tensor, type Tensor2D, tf } from "../../../../../src/engine/tf.ts";
import type { Network } from "../../../../../src/engine/train/network.ts";
import { NUM_CLASSES, type TransformerSizes } from "../../workloads.ts";
import type { Weights } from "../task-data.ts";

/**
 * The bench's transformer as a network: its base stays outside of theta; LoRA and the head are trained. Inputs are rows
 * of [tokens * width], since noise at the site `input` knows no tokens.
 */
export function transformerNetwork(
  sizes: TransformerSizes,
  trained: Weights,
  frozen: Weights,
): Network & { dispose(): void } {
  const { layers, width, tokens, mlp } = sizes;
  const base: Params = Object.fromEntries(
    Object.entries(frozen).map(([name, { shape, values }]) => [name, tf.keep(tf.tensor(values, [...shape]))]),
  );
  return {
    featureSize: width,
    numClasses: NUM_CLASSES,
    widest: tokens * mlp,
    held: 0,
    numHiddenBackbone: 0,
    dense: null,
    frozenParameters: 0,
    depthOf: null,
    depths: 0,
    init: () => ({ ...trained }),
    features: (params, x) => {
      let h = tf.reshape(x, [-1, width]) as Tensor2D;
      for (let i = 0; i < layers; i++) {
        h = tf.add(h, attention(sizes, params, base, `layer_${i}`, normalized(h)));
        const up = gelu(dense(base, `layer_${i}.up`, normalized(h)));
        h = tf.add(h, dense(base, `layer_${i}.down`, up));
      }
      return tf.mean(tf.reshape(normalized(h), [-1, tokens, width]), 1) as Tensor2D;
    },
    head: (params, h) => dense(params, "head.dense_0", h),
    dispose: () => tf.dispose(Object.values(base)),
  };
}

function attention(sizes: TransformerSizes, params: Params, base: Params, name: string, x: Tensor2D): Tensor2D {
  const { width, heads, tokens, rank, alpha } = sizes;
  const split = (y: Tensor) => tf.transpose(tf.reshape(y, [-1, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const adapted = (which: string): Tensor => {
    const low = tf.matMul(x, param(params, `${name}.${which}.lora_a`) as Tensor2D);
    const added = tf.matMul(low, param(params, `${name}.${which}.lora_b`) as Tensor2D);
    return tf.add(dense(base, `${name}.${which}`, x), alpha === rank ? added : tf.mul(added, alpha / rank));
  };
  const [q, k, v] = [adapted("q"), dense(base, `${name}.k`, x), adapted("v")].map(split) as [Tensor, Tensor, Tensor];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  return dense(base, `${name}.out`, tf.reshape(mixed, [-1, width]));
}

/** (x - mean) / sqrt(variance + 1e-5) over the last axis. */
function normalized(x: Tensor2D): Tensor2D {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
}

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
function gelu(x: Tensor2D): Tensor2D {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}
