import type { Experiment } from "../../shared/experiment.ts";
import type { CostEstimate } from "../../shared/protocol.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { FrozenFeatures } from "../features/frozen-features.ts";
import { networkData } from "../features/network-data.ts";
import { nextTask } from "../next-task.ts";
import { memoryBytes } from "../tf.ts";
import { batchesPerEpoch, batchingOf, epochBatches } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { refuseWhatCannotFit } from "../train/fit.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";
import { trainCounts, usedItems } from "./run.ts";

/** Steps that are timed, after one that compiles. */
const TIMED_STEPS = 3;

/** What a run will cost, from a few real steps on a copy of its model, with K and with K = 1. */
export async function estimateCost(
  experiment: Experiment,
  dataset: Dataset,
  frozen: FrozenFeatures,
  work: Work,
): Promise<CostEstimate> {
  const keyed = { ...dataset, key: dataset.summary.sha256 };
  const data = await networkData(experiment, keyed, usedItems(dataset), frozen, work);
  const device = new DeviceData(data);
  try {
    const timed = async (of: Experiment) => {
      const network = buildNetwork(of, data.input, dataset.classes.length);
      refuseWhatCannotFit(of, network);
      const model = new Model(network, of, device, trainCounts(dataset));
      const trainer = new Trainer(model, network.init(of.seed), 1);
      try {
        return await timeSteps(trainer, dataset);
      } finally {
        trainer.dispose();
      }
    };
    const { splits, labels } = dataset;
    const steps = batchesPerEpoch(splits.train, labels, batchingOf(experiment)) * experiment.epochs;
    const { msPerStep, bytes } = await timed(experiment);
    const { msPerStep: msPerStepK1 } = await timed({ ...experiment, repeat: { ...experiment.repeat, k: 1 } });
    return { msPerStep, msPerStepK1, steps, totalMs: msPerStep * steps, bytes };
  } finally {
    device.dispose();
  }
}

async function timeSteps(trainer: Trainer, { splits, labels }: Dataset): Promise<{ msPerStep: number; bytes: number }> {
  const { value: batch } = epochBatches(splits.train, labels, batchingOf(trainer.experiment), 1).next();
  if (!batch) return { msPerStep: 0, bytes: 0 };
  const times: number[] = [];
  for (let i = 0; i <= TIMED_STEPS; i++) {
    const started = performance.now();
    trainer.step(batch);
    await trainer.idle();
    times.push(performance.now() - started);
    await nextTask();
  }
  const [, ...after] = times;
  return { msPerStep: [...after].sort((a, b) => a - b)[1] ?? 0, bytes: memoryBytes() };
}
