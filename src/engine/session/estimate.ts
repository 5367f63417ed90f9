import type { Experiment } from "../../shared/experiment.ts";
import type { CostEstimate } from "../../shared/protocol.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { Backbones } from "../features/backbones.ts";
import { networkData } from "../features/network-data.ts";
import { memoryBytes } from "../gpu.ts";
import { type Batch, batchesPerEpoch, batchingOf, epochBatches } from "../train/batches.ts";
import { DeviceData } from "../train/device-data.ts";
import { refuseMissingLayers, refuseWhatCannotFit } from "../train/fit.ts";
import { Model } from "../train/model.ts";
import { buildNetwork } from "../train/network.ts";
import { timeSteps } from "../train/timing.ts";
import { Trainer } from "../train/trainer.ts";
import type { SettleBackend } from "./calibrate.ts";
import { trainCounts, usedItems } from "./dataset-items.ts";

/** Steps that are timed, after one that compiles. */
const TIMED_STEPS = 3;
/** Batches of an epoch that are looked at for one that stands for all. */
const SEEN_BATCHES = 16;

/** What a run will cost, from a few real steps on a copy of its model, with K and with K = 1. */
export async function estimateCost(
  experiment: Experiment,
  dataset: Dataset,
  backbones: Backbones,
  settle: SettleBackend,
  work: Work,
): Promise<CostEstimate> {
  const keyed = { ...dataset, key: dataset.summary.contentSha256 };
  const data = await networkData(experiment, keyed, usedItems(dataset), backbones, work);
  const { splits, labels } = dataset;
  const steps = batchesPerEpoch(splits.train, labels, batchingOf(experiment)) * experiment.epochs;
  await settle(experiment, data, trainCounts(dataset), steps, work.signal);
  const device = new DeviceData(data);
  try {
    const timed = async (of: Experiment) => {
      const network = buildNetwork(of, data.input, dataset.classes.length);
      refuseMissingLayers(of, network);
      refuseWhatCannotFit(of, network);
      const model = new Model(network, of, device, trainCounts(dataset));
      const trainer = new Trainer(model, network.init(of.seed), 1, { path: "fast" });
      try {
        return await costOf(trainer, dataset);
      } finally {
        trainer.dispose();
      }
    };
    const { msPerStep, bytes } = await timed(experiment);
    const { msPerStep: msPerStepK1 } = await timed({ ...experiment, repeat: { ...experiment.repeat, k: 1 } });
    return { msPerStep, msPerStepK1, steps, totalMs: msPerStep * steps, bytes };
  } finally {
    device.dispose();
  }
}

async function costOf(trainer: Trainer, { splits, labels }: Dataset): Promise<{ msPerStep: number; bytes: number }> {
  const batch = typicalBatch(trainer.model, epochBatches(splits.train, labels, batchingOf(trainer.experiment), 1));
  if (!batch) return { msPerStep: 0, bytes: 0 };
  await timeSteps(trainer, batch, 1);
  return { msPerStep: await timeSteps(trainer, batch, TIMED_STEPS), bytes: memoryBytes() };
}

/** Of the first batches, the one whose rows are neither long nor short. */
function typicalBatch(model: Model, batches: Iterable<Batch>): Batch | undefined {
  const seen: { batch: Batch; length: number }[] = [];
  for (const batch of batches) {
    if (seen.push({ batch, length: model.lengthAt(batch, 1) ?? 0 }) === SEEN_BATCHES) break;
  }
  seen.sort((a, b) => a.length - b.length);
  return seen[Math.floor((seen.length - 1) / 2)]?.batch;
}
