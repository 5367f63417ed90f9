import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import { dense, initDense } from "../models/dense.ts";
import type { HostParams } from "../models/model.ts";
import { gelu } from "../models/transformer/activations.ts";
import { layerName } from "../models/transformer/shapes.ts";
import { type Tensor2D, tf } from "../tf.ts";
import type { TuningBuild } from "./tuning.ts";

/**
 * y + W_up gelu(W_down y + b_down) + b_up behind the attention and the feed-forward network of each block, before what
 * entered them is added; W_up and b_up are zeros at first (Houlsby et al. 2019, 1902.00751, section 2.1).
 */
export const adapters: TuningBuild<TuningOf<"adapters">> = {
  trains: () => false,
  init: ({ layers, hidden }, { width }, stream) => {
    const names = Array.from({ length: layers }, (_, i) => layerName(i)).flatMap((name) => [
      `${name}.attention`,
      `${name}.feed_forward`,
    ]);
    return names.reduce<HostParams>(
      (params, name) =>
        Object.assign(params, initDense(`${name}.adapter_down`, hidden, width, stream), {
          [`${name}.adapter_up.weight`]: { shape: [width, hidden], values: new Float32Array(width * hidden) },
          [`${name}.adapter_up.bias`]: { shape: [hidden], values: new Float32Array(hidden) },
        }),
      {},
    );
  },
  insertion: () => ({
    afterSubLayer: (params, name, x) => {
      const narrow = gelu(dense(params, `${name}.adapter_down`, x));
      return tf.add(x, dense(params, `${name}.adapter_up`, narrow)) as Tensor2D;
    },
  }),
  merged: null,
};
