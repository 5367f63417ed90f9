import type { Backbone } from "../../shared/plugins/backbones/index.ts";
import { tf } from "../tf.ts";
import { dense, initDense } from "./dense.ts";
import { standardizeImages } from "./image-input.ts";
import type { BuildTrainable, HostParams } from "./model.ts";

/**
 * Dense layers with ReLU: h_0 = x, h_{i+1} = relu(h_i W_i + b_i); the features are the last h. Images are
 * standardised and flattened first.
 */
export const buildMlp: BuildTrainable<Extract<Backbone, { id: "mlp" }>> = ({ hidden }, input) => {
  const inputSize = input.modality === "table" ? input.size : input.height * input.width * input.channels;
  const sizes = [inputSize, ...hidden];
  return {
    featureSize: sizes.at(-1) as number,
    widest: Math.max(...sizes),
    numHidden: hidden.length,
    init: (stream) =>
      hidden.reduce<HostParams>(
        (params, width, i) =>
          Object.assign(params, initDense(`backbone.dense_${i}`, sizes[i] as number, width, stream)),
        {},
      ),
    apply: (params, x, context) => {
      const rows = input.modality === "image" ? standardizeImages(x) : x;
      const flat = tf.reshape(rows, [x.shape[0] as number, inputSize]);
      return hidden.reduce(
        (h, _, i) => context.hidden(tf.relu(dense(params, `backbone.dense_${i}`, h)), i),
        flat as typeof x,
      );
    },
  };
};
