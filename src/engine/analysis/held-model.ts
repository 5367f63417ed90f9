import type { Experiment } from "../../shared/experiment.ts";
import type { HostParams, Params } from "../models/model.ts";
import { tf } from "../tf.ts";
import { DeviceData, type NetworkData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork, rowSize } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";

/** A model with its weights held fixed, to be looked at. */
export interface HeldModel {
  readonly model: Model;
  /** Named tensors; call within a tidy. */
  readonly params: () => Params;
  readonly weights: HostParams;
  /** False where the weights are freshly initialised ones. */
  readonly trained: boolean;
}

/**
 * Puts a model and its data on the device for as long as `use` takes; nothing of them stays there. Takes the trained
 * weights where they fit the experiment's shapes, else freshly initialised ones.
 * @param trainCounts training items of each class, for objectives that weigh classes
 */
export async function holdModel<T>(
  experiment: Experiment,
  data: NetworkData,
  trained: HostParams | null,
  use: (held: HeldModel) => Promise<T>,
  trainCounts: readonly number[] | null = null,
): Promise<T> {
  const network = buildNetwork(experiment, data.input, data.numClasses);
  const initial = network.init(experiment.seed);
  const fits = trained !== null && sameShapes(trained, initial);
  const weights = fits ? trained : initial;
  const layout = new ParameterLayout(weights);
  const device = new DeviceData(data);
  const theta = tf.tensor1d(layout.flatten(weights));
  try {
    const params = () => layout.name(layout.split(theta));
    return await use({ model: new Model(network, experiment, device, trainCounts), params, weights, trained: fits });
  } finally {
    theta.dispose();
    device.dispose();
  }
}

/** True where two sets of parameters have the same names and shapes. */
function sameShapes(a: HostParams, b: HostParams): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => String(a[name]?.shape) === String(b[name]?.shape))
  );
}

/** The data of some items alone, numbered from 0 in the given order, so that no more than they moves to the device. */
export function onlyItems(data: NetworkData, items: Int32Array): NetworkData {
  const { input, values, tokenCounts, views, rowOf, labels } = data;
  const size = rowSize(input);
  const perItem = (1 + views) * size;
  const own =
    values instanceof Uint8Array ? new Uint8Array(items.length * perItem) : new Float32Array(items.length * perItem);
  const counts = tokenCounts ? new Int32Array(items.length * (1 + views)) : null;
  for (const [i, item] of items.entries()) {
    const row = rowOf[item] as number;
    own.set(values.subarray(row * size, row * size + perItem), i * perItem);
    if (tokenCounts) counts?.set(tokenCounts.subarray(row, row + 1 + views), i * (1 + views));
  }
  return {
    ...data,
    values: own,
    ...(counts && { tokenCounts: counts }),
    rowOf: Int32Array.from(items, (_, i) => i * (1 + views)),
    labels: items.map((item) => labels[item] as number),
  };
}

/** The numbers 0 to count - 1: every item of {@link onlyItems}. */
export const everyItem = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);
