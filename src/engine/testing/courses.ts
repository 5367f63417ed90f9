import { expect } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { tf } from "../tf.ts";
import type { Batch } from "../train/batches.ts";
import type { DeviceData } from "../train/device-data.ts";
import type { Trainer } from "../train/trainer.ts";
import { batchesFor } from "./steps.ts";
import { toyData, toyExperiment, toyTrainer } from "./toy.ts";
import type { Way } from "./ways.ts";

const CHANGE: Partial<ExperimentFile> = {
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
};

/** What is done with a trainer on some data, and numbers that are seen on the way. */
export interface Course {
  readonly name: string;
  readonly change?: Partial<ExperimentFile>;
  /** False where fused steps are not made for it. */
  readonly fused?: boolean;
  readonly run: (going: Going) => Promise<void>;
}

/** A trainer under way, and what a course may do beside it. */
interface Going {
  readonly trainer: Trainer;
  readonly data: DeviceData;
  /** Batches of a few epochs; every third is padded. */
  readonly batches: readonly Batch[];
  /** Another trainer of the same way on the same data; disposed of at the end. */
  readonly other: (change: Partial<ExperimentFile>) => Trainer;
  readonly see: (numbers: ArrayLike<number>) => void;
}

/** All parameters of a model, one behind the other. */
export const allNumbers = (params: Awaited<ReturnType<Trainer["read"]>>): number[] =>
  Object.values(params).flatMap(({ values }) => [...values]);

/** All numbers that a course lets be seen, then losses and last weights. */
export async function follow({ options, taken }: Way, { change, run }: Course): Promise<number[][]> {
  const before = tf.memory().numTensors;
  const data = toyData();
  const trainers: Trainer[] = [];
  const other = (more: Partial<ExperimentFile>) => {
    const made = toyTrainer(toyExperiment({ ...CHANGE, ...change, ...more }), data, options);
    expect(made.path).toBe(taken);
    trainers.push(made);
    return made;
  };
  const trainer = other({});
  const seen: number[][] = [];
  const see = (numbers: ArrayLike<number>) => seen.push(Array.from(numbers));
  await run({ trainer, data, batches: batchesFor(trainer.experiment, data, 12), other, see });
  see(await trainer.losses());
  see(allNumbers(await trainer.read()));
  for (const one of trainers) {
    // Some shape of batch that could not be recorded would be told of here.
    expect(one.report.reason).not.toContain("operation by operation, since");
    one.dispose();
  }
  data.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return seen;
}
