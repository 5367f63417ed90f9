import type { Evaluation, RunRecord } from "../../shared/run-record.ts";
import { calibrationRecord } from "../analysis/calibration.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import type { EpochPredictions } from "../train/epoch-predictions.ts";
import { type Inference, predict, score } from "../train/evaluate.ts";
import type { LoopResult } from "../train/loop.ts";
import type { Trainer } from "../train/trainer.ts";
import { labelsOf } from "./dataset-items.ts";
import type { HeldOut, HeldOutPredictions } from "./held-out-file.ts";

/** A run's result: its record, the model, and what the model says of the held-out items in one clean pass. */
export interface FinishedRun {
  readonly runId: string;
  readonly record: RunRecord | null;
  readonly model: TrainedModel;
  /** What it was trained on; null for a model from a file. */
  readonly dataset: ((work: Work) => Promise<Dataset>) | null;
  /** Null for a model from a file. */
  readonly heldOut: HeldOut | null;
  /** What was said of the validation items after those epochs of which it is kept. */
  readonly history: readonly EpochPredictions[];
}

type HeldOutScores = Pick<RunRecord, "test" | "testPooled" | "calibration"> & {
  readonly heldOut: HeldOut;
};

/** What a trained model says of the held-out items, and how good that is. */
export async function heldOutScores(trainer: Trainer, dataset: Dataset): Promise<HeldOutScores> {
  const { model, params } = trainer;
  const { classes, splits } = dataset;
  const { validation, test } = splits;
  const predicted = (items: Int32Array, inference: Inference) =>
    trainer.waitFor(() => predict(model, params, items, inference));
  const judged = async (items: Int32Array): Promise<HeldOutPredictions> => ({
    items,
    truth: labelsOf(dataset, items),
    probabilities: await predicted(items, "clean"),
  });
  const heldOut = { validation: await judged(validation), test: await judged(test) };
  const pooled = await predicted(test, { ...trainer.experiment.inference, round: 0 });
  const { truth } = heldOut.test;
  const evaluate = (probabilities: Float32Array): Evaluation | null =>
    test.length === 0 ? null : score(probabilities, truth, classes);
  return {
    heldOut,
    test: evaluate(heldOut.test.probabilities),
    testPooled: evaluate(pooled),
    calibration: await calibrationRecord(heldOut.validation, heldOut.test, classes.length),
  };
}

/** Where a run's time went. @param evaluationMs what its last evaluation took */
export function timingOf({ steps: { length: steps }, times }: LoopResult, evaluationMs: number): RunRecord["timing"] {
  const { totalMs, trainMs, firstStepMs } = times;
  const msPerStep = steps > 1 ? (trainMs - firstStepMs) / (steps - 1) : trainMs;
  return { totalMs: totalMs + evaluationMs, trainMs, msPerStep, firstStepMs };
}
