import type { Experiment } from "../../shared/experiment.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { throwIfCancelled } from "../data/problems.ts";
import type { Backbones } from "../features/backbones.ts";
import { networkData } from "../features/network-data.ts";
import { batchesPerEpoch, batchingOf } from "../train/batches.ts";
import { RunControl } from "../train/control.ts";
import { DeviceData, type NetworkData } from "../train/device-data.ts";
import { predict } from "../train/evaluate.ts";
import { refuseMissingLayers, refuseWhatCannotFit } from "../train/fit.ts";
import { trainLoop } from "../train/loop.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";
import { stratifiedFolds } from "./folds.ts";

/** What is to be trained, in how many folds, and where. */
export interface FoldPlan {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly folds: number;
  /** Also predicts the test items, on which no fold trains. */
  readonly withTest: boolean;
  readonly backbones: Backbones;
  /** Does something on the current backend, which stays current meanwhile. */
  onBackend<T>(task: () => Promise<T>): Promise<T>;
}

/** Predictions of models that did not train on the items: row-major [items, classes], in the order of `items`. */
export interface OutOfFold {
  readonly items: Int32Array;
  readonly probabilities: Float32Array;
}

/**
 * Trains the experiment once for each fold of the training and validation items on the other folds, and predicts each
 * item in one clean pass of the model that did not see it; a test item by the mean over all models. Features of a frozen
 * backbone are computed once. Nothing is stopped early: no items are left that could tell when.
 * @throws CancelledError, Error where a class could not be split
 */
export async function predictOutOfFold(plan: FoldPlan, work: Work): Promise<OutOfFold> {
  const { experiment, dataset, folds, withTest, backbones, onBackend } = plan;
  const { splits, labels, classes } = dataset;
  const pool = Int32Array.from([...splits.train, ...splits.validation]).sort();
  if (pool.length < 2 * folds)
    throw new Error(`There are ${pool.length} items to train and validate on, too few for ${folds} folds.`);
  const test = withTest ? splits.test : new Int32Array();
  const items = Int32Array.from([...pool, ...test]);
  const keyed = { ...dataset, key: dataset.summary.contentSha256 };
  const data = await onBackend(() => networkData(experiment, keyed, items, backbones, work));
  const placeOf = new Map(Array.from(items, (item, place) => [item, place]));
  const width = classes.length;
  const probabilities = new Float32Array(items.length * width);
  const add = (of: Int32Array, predicted: Float32Array, weight: number) => {
    for (const [i, item] of of.entries()) {
      const at = (placeOf.get(item) as number) * width;
      for (let c = 0; c < width; c++)
        probabilities[at + c] = (probabilities[at + c] as number) + weight * (predicted[i * width + c] as number);
    }
  };
  for (const [i, fold] of stratifiedFolds(pool, labels, width, folds, experiment.seed).entries()) {
    const held = new Set(fold);
    const train = pool.filter((item) => !held.has(item));
    const told: Work = {
      signal: work.signal,
      progress: (_, done, total) =>
        work.progress(`Training fold ${i + 1} of ${folds}`, i * total + done, folds * total),
    };
    await onBackend(async () => {
      const trained = { experiment: { ...experiment, earlyStopping: null }, data, train, labels, classes };
      const [own, others] = await trainAndPredict(trained, [fold, test], told);
      add(fold, own as Float32Array, 1);
      add(test, others as Float32Array, 1 / folds);
    });
  }
  return { items, probabilities };
}

interface FoldTraining {
  readonly experiment: Experiment;
  readonly data: NetworkData;
  readonly train: Int32Array;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/** Trains to the end and predicts each list of items in one clean pass. Nothing stays on the device. */
async function trainAndPredict(
  { experiment, data, train, labels, classes }: FoldTraining,
  lists: readonly Int32Array[],
  work: Work,
): Promise<Float32Array[]> {
  const network = buildNetwork(experiment, data.input, classes.length);
  refuseMissingLayers(experiment, network);
  refuseWhatCannotFit(experiment, network);
  const counts = classes.map(() => 0);
  for (const item of train) counts[labels[item] as number] = (counts[labels[item] as number] as number) + 1;
  const totalSteps = batchesPerEpoch(train, labels, batchingOf(experiment)) * experiment.epochs;
  const device = new DeviceData(data);
  const control = new RunControl();
  const stop = () => control.act("stop");
  work.signal.addEventListener("abort", stop, { once: true });
  let trainer: Trainer | null = null;
  try {
    trainer = new Trainer(new Model(network, experiment, device, counts), network.init(experiment.seed), totalSteps, {
      path: "fast",
    });
    const loopData = { train, validation: new Int32Array(), labels, classes };
    for await (const event of trainLoop(trainer, loopData, control))
      if (event.kind === "steps") work.progress("", event.steps.at(-1)?.step ?? 0, totalSteps);
    throwIfCancelled(work);
    const predicted: Float32Array[] = [];
    for (const items of lists) {
      const { model, params } = trainer;
      const all = trainer.waitFor(() => predict(model, params, items, "clean", () => work.signal.aborted));
      predicted.push(items.length === 0 ? new Float32Array() : await all);
    }
    return predicted;
  } finally {
    work.signal.removeEventListener("abort", stop);
    trainer?.dispose();
    device.dispose();
  }
}
