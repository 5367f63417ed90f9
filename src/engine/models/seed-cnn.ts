import type { Backbone } from "../../shared/plugins/backbones/index.ts";
import type { Stream } from "../rng.ts";
import { type Tensor, type Tensor4D, tf } from "../tf.ts";
import { dense, fanInUniform, initDense, param } from "./dense.ts";
import { standardizeImages } from "./image-input.ts";
import type { BuildTrainable, HostParams, Params } from "./model.ts";

const KERNEL = 3;

/**
 * The original example's network for images of any size from 4x4 on: standardise, conv 3x3 (same) -> ReLU ->
 * max-pool 2 -> conv 3x3 (same) -> ReLU -> max-pool 2 -> dense -> ReLU.
 */
export const buildSeedCnn: BuildTrainable<Extract<Backbone, { id: "seed-cnn" }>> = (parameters, input) => {
  if (input.modality !== "image") throw new Error('"seed-cnn" reads images only.');
  const { channels1, channels2, dense: width } = parameters;
  const { height, width: columns, channels } = input;
  const flat = Math.floor(height / 4) * Math.floor(columns / 4) * channels2;
  if (flat === 0) throw new Error(`Images of ${columns}x${height} are too small for "seed-cnn"; 4x4 is the least.`);
  return {
    featureSize: width,
    widest: height * columns * Math.max(channels, channels1, Math.ceil(channels2 / 4)),
    numHidden: 3,
    init: (stream) => ({
      ...initConv("backbone.conv_0", channels, channels1, stream),
      ...initConv("backbone.conv_1", channels1, channels2, stream),
      ...initDense("backbone.dense_0", flat, width, stream),
    }),
    apply: (params, x, context) => {
      const first = context.hidden(block(params, "backbone.conv_0", standardizeImages(x)), 0);
      const second = context.hidden(block(params, "backbone.conv_1", first as Tensor4D), 1);
      const rows = tf.reshape(second, [second.shape[0] as number, flat]);
      return context.hidden(tf.relu(dense(params, "backbone.dense_0", rows)), 2);
    },
  };
};

function initConv(name: string, inputs: number, outputs: number, stream: Stream): HostParams {
  const fanIn = KERNEL * KERNEL * inputs;
  return {
    [`${name}.weight`]: fanInUniform(stream, [KERNEL, KERNEL, inputs, outputs], fanIn),
    [`${name}.bias`]: fanInUniform(stream, [outputs], fanIn),
  };
}

/** max-pool_2(relu(x * W + b)): [rows, height, width, in] -> [rows, height / 2, width / 2, out]. */
function block(params: Params, name: string, x: Tensor4D): Tensor {
  const convolved = tf.conv2d(x, param(params, `${name}.weight`) as Tensor4D, 1, "same");
  return tf.maxPool(tf.relu(tf.add(convolved, param(params, `${name}.bias`))) as Tensor4D, 2, 2, "valid");
}
