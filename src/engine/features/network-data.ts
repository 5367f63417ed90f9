import type { Experiment } from "../../shared/experiment.ts";
import { isFrozen } from "../../shared/noise-misfits.ts";
import type { Dataset, Inputs, TableEncoder, Work } from "../data/dataset.ts";
import { columnOfFeatures, encodeRow } from "../data/tables/encode-table.ts";
import type { NetworkData } from "../train/device-data.ts";
import type { NetworkInput } from "../train/network.ts";
import type { EncodeOptions, FrozenFeatures } from "./frozen-features.ts";

/**
 * What the trained part of the model reads for the given items: the encoded inputs themselves, or the features that
 * a frozen backbone makes of them, with a bank of noisy views where noise enters below it.
 */
export async function networkData(
  experiment: Experiment,
  dataset: Pick<Dataset, "inputs" | "labels" | "classes"> & { readonly key: string },
  items: Int32Array,
  frozen: FrozenFeatures,
  work: Work,
  options: EncodeOptions = {},
): Promise<NetworkData> {
  const { inputs, labels, classes } = dataset;
  const common = { labels, numClasses: classes.length };
  if (isFrozen(experiment))
    return { ...common, ...(await frozen.encode(experiment, inputs, dataset.key, items, work, options)) };
  const rowOf = Int32Array.from(labels, (_, item) => item);
  const direct = { ...common, rowOf, views: 0, input: inputOf(inputs), stdDevs: null, emptyRow: null };
  if (inputs.modality === "table") return { ...direct, ...factsOf(inputs.encoder), values: inputs.values, scale: 1 };
  if (inputs.modality === "image") return { ...direct, values: inputs.pixels, scale: 1 / 255 };
  throw new Error(`The backbone "${experiment.backbone.id}" cannot read text.`);
}

/** What noises may know of a table. */
export const factsOf = (encoder: TableEncoder): Pick<NetworkData, "stdDevs" | "emptyRow"> => ({
  stdDevs: encoder.stdDevs,
  emptyRow: { values: encodeRow(encoder, {}), columnOf: columnOfFeatures(encoder) },
});

function inputOf(inputs: Inputs): NetworkInput {
  if (inputs.modality === "table") return { modality: "table", size: inputs.encoder.features.length };
  if (inputs.modality === "text") throw new Error("Text must be encoded by a frozen backbone.");
  const { height, width, channels } = inputs;
  return { modality: "image", height, width, channels };
}
