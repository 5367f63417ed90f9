import type { Item } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import type { LensResult, View } from "../../shared/protocol.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import { holdModel } from "../analysis/held-model.ts";
import { levelLosses, noisyOutputs } from "../analysis/level-losses.ts";
import type { HostParams, Params } from "../models/model.ts";
import { toRgba } from "../models/rgba.ts";
import { type Tensor, tf } from "../tf.ts";
import type { NetworkData } from "../train/device-data.ts";
import { probabilitiesOf } from "../train/evaluate.ts";
import { pooledLogProbabilities } from "../train/levels.ts";
import { type Model, viewsSeen } from "../train/model.ts";
import { readOut } from "../train/read-out.ts";

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
  return holdModel(subject.experiment, subject.data, subject.trained, async ({ model, params, trained }) => {
    const seen = tf.tidy(() => lookThrough(model, params(), subject.draw));
    return narrate(subject, await readAll(seen), trained);
  });
}

type Seen = Record<"outputs" | "logits" | "pooled" | "clean" | "views" | "row" | "losses", Tensor>;

function lookThrough(model: Model, params: Params, draw: number): Seen {
  const { repeat, aggregate, seed } = model.experiment;
  const { level, pooling } = aggregate;
  const position = { seed, purpose: "lens", step: draw, firstRow: 0 } as const;
  const outputs = noisyOutputs(model, params, ITEM, pooling, position);
  const { link } = model.objective;
  const pooled = pooledLogProbabilities(
    level,
    pooling,
    link,
    level === "features" ? outputs.pooledFeatures : outputs.each,
    params,
  );
  const losses = levelLosses(model, params, ITEM, pooling, outputs);
  return {
    outputs: probabilitiesOf(model, outputs.each),
    logits: outputs.each,
    pooled: tf.exp(pooled),
    clean: probabilitiesOf(model, model.cleanLogits(params, ITEM)),
    views: model.views(ITEM, { k: repeat.k, pooling, level: "logits", position }),
    row: model.data.inputs(ITEM),
    losses: tf.concat(LEVELS.map((at) => losses[at])),
  };
}

async function readAll(seen: Seen): Promise<Record<keyof Seen, Float32Array>> {
  const entries = await Promise.all(
    Object.entries(seen).map(async ([name, tensor]) => [name, await readOut(tensor)] as const),
  );
  return Object.fromEntries(entries) as Record<keyof Seen, Float32Array>;
}

function narrate(subject: LensSubject, values: Record<keyof Seen, Float32Array>, trained: boolean): LensResult {
  const { experiment, data, item, views } = subject;
  const losses = Object.fromEntries(LEVELS.map((level, i) => [level, values.losses[i] as number]));
  return {
    item,
    views: views ? seenViews(views, subject) : drawnViews(data, values.views, experiment.repeat.k),
    clean: data.input.modality === "table" ? [...values.row] : [],
    outputs: rows(values.outputs, data.numClasses),
    logits: rows(values.logits, data.numClasses),
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
  const position = { seed, purpose: "lens", step: draw, firstRow: 0 } as const;
  return Array.from(viewsSeen(1, repeat.k, data.views, position), (view) => views[view] as View);
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
