import type { Item } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { LensResult, View } from "../../shared/protocol.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import type { HostParams, Params } from "../models/model.ts";
import { toRgba } from "../models/rgba.ts";
import { type Tensor, type Tensor3D, tf } from "../tf.ts";
import { chosenViews, DeviceData, type NetworkData } from "../train/device-data.ts";
import { probabilitiesOf } from "../train/evaluate.ts";
import { inconsistency, type OutputLevel, pooledLogProbabilities, pooledLoss } from "../train/levels.ts";
import { Model, type NoisyPass, viewStep } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { ParameterLayout } from "../train/parameters.ts";

/** What a lens looks at: one item, alone in its data, and the weights to look with. */
export interface LensSubject {
  readonly experiment: Experiment;
  readonly item: Item;
  /** The item's network data, the item being number 0. */
  readonly data: NetworkData;
  readonly trained: HostParams | null;
  readonly draw: number;
  /** The views where a frozen backbone has already turned them into features; null where they are in `data`. */
  readonly views: View[] | null;
}

const ITEM = Int32Array.of(0);

/**
 * Follows one sample through K noisy passes to the loss, at every level with the same draws, so that the levels can
 * be compared. Uses the trained weights where they fit the experiment's shapes, else freshly initialised ones.
 */
export async function look(subject: LensSubject): Promise<LensResult> {
  const { experiment, data } = subject;
  const device = new DeviceData(data);
  const network = buildNetwork(experiment, data.input, data.numClasses);
  const initial = network.init(experiment.seed);
  const trained = subject.trained && sameShapes(subject.trained, initial) ? subject.trained : null;
  const layout = new ParameterLayout(initial);
  const theta = tf.tensor1d(layout.flatten(trained ?? initial));
  try {
    const model = new Model(network, experiment, device);
    const seen = tf.tidy(() => lookThrough(model, layout.name(layout.split(theta)), subject.draw));
    const values = await readAll(seen);
    return narrate(subject, values, trained !== null);
  } finally {
    theta.dispose();
    device.dispose();
  }
}

type Seen = Record<"outputs" | "pooled" | "clean" | "views" | "row" | Level, Tensor>;

function lookThrough(model: Model, params: Params, draw: number): Seen {
  const { repeat, aggregate, consistency, seed } = model.experiment;
  const { link } = model.objective;
  const position = { seed, purpose: "lens", step: draw, firstRow: 0 } as const;
  const pass = (level: Level): NoisyPass => ({ k: repeat.k, pooling: aggregate.pooling, level, position });
  const each = model.noisyLogits(params, ITEM, pass("logits"));
  const pooledFeatures = model.noisyLogits(params, ITEM, pass("features"));
  const logitsOf = (level: Level): Tensor3D => (level === "features" ? pooledFeatures : each);
  const outputLevel = (level: Level): OutputLevel => (level === "features" ? "logits" : level);
  // An objective over the batch sees the sample alone, as a batch of one.
  const loss = (level: Level): Tensor => {
    const z = logitsOf(level);
    const pooled = pooledLoss(outputLevel(level), aggregate.pooling, model.objective, z, model.targets(ITEM));
    const apart = inconsistency(consistency, link, z);
    return apart ? tf.add(pooled, apart) : pooled;
  };
  const { level, pooling } = aggregate;
  return {
    outputs: probabilitiesOf(model, each),
    pooled: tf.exp(pooledLogProbabilities(outputLevel(level), pooling, link, logitsOf(level))),
    clean: probabilitiesOf(model, model.cleanLogits(params, ITEM)),
    views: model.views(ITEM, pass("logits")),
    row: model.data.inputs(ITEM),
    loss: loss("loss"),
    probabilities: loss("probabilities"),
    logits: loss("logits"),
    features: loss("features"),
  };
}

async function readAll(seen: Seen): Promise<Record<keyof Seen, Float32Array>> {
  const entries = await Promise.all(
    Object.entries(seen).map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const),
  );
  tf.dispose(Object.values(seen));
  return Object.fromEntries(entries) as Record<keyof Seen, Float32Array>;
}

function narrate(subject: LensSubject, values: Record<keyof Seen, Float32Array>, trained: boolean): LensResult {
  const { experiment, data, item, views } = subject;
  const losses = Object.fromEntries(LEVELS.map((level) => [level, values[level][0] as number]));
  return {
    item,
    views: views ? seenViews(views, subject) : drawnViews(data, values.views, experiment.repeat.k),
    clean: data.input.modality === "table" ? [...values.row] : [],
    outputs: rows(values.outputs, data.numClasses),
    pooled: [...values.pooled],
    loss: losses[experiment.aggregate.level] as number,
    losses: losses as Record<Level, number>,
    cleanPass: [...values.clean],
    trained,
  };
}

/** A bank's views in the order in which the pass takes them out of it. */
function seenViews(views: readonly View[], { data, experiment, draw }: LensSubject): View[] {
  const { seed, repeat } = experiment;
  if (data.views === 0) return [...views];
  const step = viewStep({ seed, purpose: "lens", step: draw, firstRow: 0 });
  return Array.from(chosenViews(1, repeat.k, data.views, seed, step), (view) => views[view] as View);
}

function drawnViews({ input }: NetworkData, values: Float32Array, k: number): View[] {
  const each = rows(values, values.length / k);
  if (input.modality === "table") return each.map((row) => ({ modality: "table", values: row }));
  if (input.modality !== "image") return [];
  const { width, height, channels } = input;
  return each.map((pixels) => ({ modality: "image", width, height, rgba: toRgba(pixels, channels) }));
}

function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
}

/** True where two sets of parameters have the same names and shapes. */
export function sameShapes(a: HostParams, b: HostParams): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => String(a[name]?.shape) === String(b[name]?.shape))
  );
}
