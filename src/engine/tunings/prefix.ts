import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import { param } from "../models/dense.ts";
import type { HostParam, HostParams } from "../models/model.ts";
import { layerName } from "../models/transformer/shapes.ts";
import type { TuningBuild } from "./tuning.ts";

/** Of the first keys and values: about what token embeddings have. */
const STD_DEV = 0.02;

/**
 * n keys and n values before those of the tokens in each layer's attention, themselves parameters, without the network
 * that the paper makes them with (Li and Liang 2021, 2101.00190, section 4; so in Liu et al. 2022, 2110.07602). Tokens
 * keep their positions.
 */
export const prefix: TuningBuild<TuningOf<"prefix">> = {
  trains: () => false,
  init: ({ layers, hidden }, { tokens }, stream) => {
    const drawn = (): HostParam => ({
      shape: [tokens, hidden],
      values: Float32Array.from({ length: tokens * hidden }, () => STD_DEV * stream.normal()),
    });
    return Array.from({ length: layers }, (_, i) => `${layerName(i)}.attention`).reduce<HostParams>(
      (params, name) => Object.assign(params, { [`${name}.prefix_keys`]: drawn(), [`${name}.prefix_values`]: drawn() }),
      {},
    );
  },
  insertion: () => ({
    prefix: (params, layer) => ({
      keys: param(params, `${layerName(layer)}.attention.prefix_keys`),
      values: param(params, `${layerName(layer)}.attention.prefix_values`),
    }),
  }),
  merged: null,
};
