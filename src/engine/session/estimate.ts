import type { Experiment } from "../../shared/experiment.ts";
import type { CostEstimate } from "../../shared/protocol.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { FrozenFeatures } from "../features/frozen-features.ts";
import { networkData } from "../features/network-data.ts";
import { deviceIdle, memoryBytes } from "../tf.ts";
import { batchesOf } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { nextTask } from "../train/pacing.ts";
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
      const model = new Model(network, of, device, trainCounts(dataset));
      const trainer = new Trainer(model, network.init(of.seed), 1);
      try {
        return await timeSteps(trainer, dataset.splits.train);
      } finally {
        trainer.dispose();
      }
    };
    const steps = Math.ceil(dataset.splits.train.length / experiment.batchSize) * experiment.epochs;
    const { msPerStep, bytes } = await timed(experiment);
    const { msPerStep: msPerStepK1 } = await timed({ ...experiment, repeat: { ...experiment.repeat, k: 1 } });
    return { msPerStep, msPerStepK1, steps, totalMs: msPerStep * steps, bytes };
  } finally {
    device.dispose();
  }
}

async function timeSteps(trainer: Trainer, items: Int32Array): Promise<{ msPerStep: number; bytes: number }> {
  const { value: batch } = batchesOf(items, trainer.experiment.batchSize).next();
  if (!batch) return { msPerStep: 0, bytes: 0 };
  const times: number[] = [];
  for (let i = 0; i <= TIMED_STEPS; i++) {
    const started = performance.now();
    trainer.step(batch).dispose();
    await deviceIdle();
    times.push(performance.now() - started);
    await nextTask();
  }
  const [, ...after] = times;
  return { msPerStep: [...after].sort((a, b) => a - b)[1] ?? 0, bytes: memoryBytes() };
}
