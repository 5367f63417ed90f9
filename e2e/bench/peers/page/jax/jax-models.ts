import { lax, nn, numpy as np } from "@jax-js/jax";
import { CNN, type ModelKind, NUM_CLASSES, TRANSFORMER } from "../../workloads.ts";

// A type, not an interface: jax-js takes only types for trees.
export type JaxParams = { [name: string]: np.Array };

/** [rows, ...input] -> logits [rows, classes]; takes over the ownership of all it is given. */
export type JaxModel = (trained: JaxParams, frozen: JaxParams, x: np.Array) => np.Array;

/**
 * An array of a map, for this one use: what a function uses several times it takes with a reference of its own, and the
 * map's own references are let go at the end.
 */
const use = (params: JaxParams, name: string): np.Array => {
  const found = params[name];
  if (!found) throw new Error(`There is no parameter "${name}".`);
  return found.ref;
};

const dense = (params: JaxParams, name: string, x: np.Array): np.Array =>
  np.matmul(x, use(params, `${name}.weight`)).add(use(params, `${name}.bias`));

const head: JaxModel = (params, _frozen, x) => dense(params, "head.dense_1", nn.relu(dense(params, "head.dense_0", x)));

/** Images as [rows, channels, height, width], the only order that jax-js convolves in. */
const cnn: JaxModel = (params, _frozen, x) => {
  const perChannel = (values: number[]) => np.array(values).reshape([1, CNN.channels, 1, 1]);
  const standard = x.sub(perChannel([0.485, 0.456, 0.406])).div(perChannel([0.229, 0.224, 0.225]));
  const second = block(params, "backbone.conv_1", block(params, "backbone.conv_0", standard));
  const flat = second.reshape([second.shape[0] as number, -1]);
  return dense(params, "head.dense_0", nn.relu(dense(params, "backbone.dense_0", flat)));
};

/** Pooling as a maximum over two axes: two dispatches fewer than reduceWindow, and no slower where it was tried. */
function block(params: JaxParams, name: string, x: np.Array): np.Array {
  const y = nn.relu(
    lax.conv(x, use(params, `${name}.weight`), [1, 1], "SAME").add(use(params, `${name}.bias`).reshape([1, -1, 1, 1])),
  );
  const [rows, channels, height, width] = y.shape as [number, number, number, number];
  return np.max(y.reshape([rows, channels, height / 2, 2, width / 2, 2]), [3, 5]);
}

const transformer: JaxModel = (params, frozen, x) => {
  let h = x;
  for (let i = 0; i < TRANSFORMER.layers; i++) {
    h = h.ref.add(attention(params, frozen, `layer_${i}`, nn.standardize(h)));
    const up = nn.gelu(dense(frozen, `layer_${i}.up`, nn.standardize(h.ref)), { approximate: true });
    h = h.add(dense(frozen, `layer_${i}.down`, up));
  }
  return dense(params, "head.dense_0", np.mean(nn.standardize(h), 1));
};

function attention(params: JaxParams, frozen: JaxParams, name: string, x: np.Array): np.Array {
  const { width, heads, tokens, rank, alpha } = TRANSFORMER;
  const split = (y: np.Array) => y.reshape([-1, tokens, heads, width / heads]);
  const adapted = (which: string) => {
    const low = np.matmul(x.ref, use(params, `${name}.${which}.lora_a`));
    const added = np.matmul(low, use(params, `${name}.${which}.lora_b`)).mul(alpha / rank);
    return dense(frozen, `${name}.${which}`, x.ref).add(added);
  };
  const [q, k, v] = [adapted("q"), dense(frozen, `${name}.k`, x.ref), adapted("v")].map(split) as [
    np.Array,
    np.Array,
    np.Array,
  ];
  x.dispose();
  const mixed = nn.dotProductAttention(q, k, v).reshape([-1, tokens, width]);
  return dense(frozen, `${name}.out`, mixed);
}

export const JAX_MODELS: Record<ModelKind, JaxModel> = { head, cnn, transformer };

/** -mean_i log softmax(z_i)[y_i]: z [rows, classes], y [rows] -> []. */
export function crossEntropy(z: np.Array, labels: np.Array): np.Array {
  return np.mean(np.sum(nn.logSoftmax(z).mul(nn.oneHot(labels, NUM_CLASSES)), 1)).mul(-1);
}
