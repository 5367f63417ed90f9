import type { Experiment } from "../../shared/experiment.ts";
import type { Inputs, Work } from "../data/dataset.ts";
import type { NetworkData } from "../train/device-data.ts";

/** The part of {@link NetworkData} that a frozen backbone decides. */
export type EncodedData = Omit<NetworkData, "labels" | "numClasses">;

/** Features of frozen backbones, computed once an item and kept. */
export interface FrozenFeatures {
  /** @param key names the data set's content: equal keys hold equal inputs under equal numbers */
  encode(experiment: Experiment, inputs: Inputs, key: string, items: Int32Array, work: Work): Promise<EncodedData>;
}
