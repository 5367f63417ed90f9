import type { Experiment } from "../../shared/experiment.ts";
import { isFrozen, isPretrained } from "../../shared/noise-misfits.ts";
import type { Dataset, Inputs, TableEncoder, Work } from "../data/dataset.ts";
import { columnOfFeatures, encodeRow } from "../data/tables/encode-table.ts";
import type { NetworkData } from "../train/device-data.ts";
import type { Backbones } from "./backbones.ts";
import type { EncodeOptions } from "./frozen-features.ts";
import { tokenRows } from "./token-data.ts";

/**
 * What the trained part of the model reads for the given items: the encoded inputs themselves, the tokens that a backbone
 * reads, or the features that a frozen one makes of them; with a bank of noisy views where noise enters below it.
 */
export async function networkData(
  experiment: Experiment,
  dataset: Pick<Dataset, "inputs" | "labels" | "classes"> & { readonly key: string },
  items: Int32Array,
  backbones: Backbones,
  work: Work,
  options: EncodeOptions = {},
): Promise<NetworkData> {
  const { inputs, labels, classes } = dataset;
  const common = { labels, numClasses: classes.length };
  if (isFrozen(experiment))
    return { ...common, ...(await backbones.frozen.encode(experiment, inputs, dataset.key, items, work, options)) };
  const direct = { ...common, ...(await directData(experiment, inputs, items, options, backbones, work)) };
  return { stdDevs: null, emptyRow: null, ...direct };
}

type DirectData = Omit<NetworkData, "labels" | "numClasses" | "stdDevs" | "emptyRow"> & Partial<NetworkData>;

/** The inputs themselves, in the form that a model reads which is trained from its lowest layer on. */
async function directData(
  experiment: Experiment,
  inputs: Inputs,
  items: Int32Array,
  { views = experiment.repeat.views, draw = 0 }: EncodeOptions,
  backbones: Backbones,
  work: Work,
): Promise<DirectData> {
  const tuned = isPretrained(experiment.backbone) ? { tuned: await backbones.tunable(experiment, work) } : {};
  switch (inputs.modality) {
    case "table": {
      const { values, encoder } = inputs;
      const size = encoder.features.length;
      const input = { modality: "table", size, ...tuned } as const;
      return { input, values, scale: 1, views: 0, rowOf: rowsOf(values.length / size), ...factsOf(encoder) };
    }
    case "image": {
      const { pixels, height, width, channels } = inputs;
      const rowOf = rowsOf(pixels.length / (height * width * channels));
      return {
        input: { modality: "image", height, width, channels, ...tuned },
        values: pixels,
        scale: 1 / 255,
        views: 0,
        rowOf,
      };
    }
    case "text": {
      const reader = tuned.tuned?.reader;
      if (!reader) throw new Error(`The backbone "${experiment.backbone.id}" cannot read text.`);
      const bank = experiment.repeat.noises.some(({ site }) => site === "input") ? views : 0;
      const { values, counts, length } = tokenRows(experiment, inputs, items, reader, { views: bank, draw });
      const rowOf = new Int32Array(inputs.texts.length).fill(-1);
      for (const [i, item] of items.entries()) rowOf[item] = i * (1 + bank);
      return {
        input: { modality: "tokens", length, ...tuned },
        values,
        tokenCounts: counts,
        scale: 1,
        views: bank,
        rowOf,
      };
    }
    default:
      return inputs satisfies never;
  }
}

const rowsOf = (count: number): Int32Array => Int32Array.from({ length: count }, (_, item) => item);

/** What noises may know of a table. */
export const factsOf = (encoder: TableEncoder): Pick<NetworkData, "stdDevs" | "emptyRow"> => ({
  stdDevs: encoder.stdDevs,
  emptyRow: { values: encodeRow(encoder, {}), columnOf: columnOfFeatures(encoder) },
});
