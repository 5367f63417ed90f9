import type { Evaluation, RunRecord } from "../../shared/run-record.ts";
import type { Split } from "../../shared/task.ts";
import { calibrationRecord } from "../analysis/calibration.ts";
import type { Dataset } from "../data/dataset.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import type { EpochPredictions } from "../train/epoch-predictions.ts";
import { type Inference, predict, score } from "../train/evaluate.ts";
import type { LoopResult } from "../train/loop.ts";
import type { Trainer } from "../train/trainer.ts";
import { labelsOf } from "./dataset-items.ts";

/** A run's result: its record, the model, and what the model says of the held-out items in one clean pass. */
export interface FinishedRun {
  readonly runId: string;
  readonly record: RunRecord | null;
  readonly model: TrainedModel;
  readonly dataset: Dataset | null;
  readonly predictions: Partial<Record<Split, Float32Array>>;
  /** What was said of the validation items after those epochs of which it is kept. */
  readonly history: readonly EpochPredictions[];
}

type HeldOutScores = Pick<RunRecord, "test" | "testPooled" | "calibration"> & {
  readonly predictions: Required<Pick<FinishedRun["predictions"], "validation" | "test">>;
};

/** What a trained model says of the held-out items, and how good that is. */
export async function heldOutScores(trainer: Trainer, dataset: Dataset): Promise<HeldOutScores> {
  const { model, params } = trainer;
  const { classes, splits } = dataset;
  const { validation, test } = splits;
  const predicted = (items: Int32Array, inference: Inference) =>
    trainer.waitFor(() => predict(model, params, items, inference));
  const predictions = { validation: await predicted(validation, "clean"), test: await predicted(test, "clean") };
  const pooled = await predicted(test, { ...trainer.experiment.inference, round: 0 });
  const truth = labelsOf(dataset, test);
  const evaluate = (probabilities: Float32Array): Evaluation | null =>
    test.length === 0 ? null : score(probabilities, truth, classes);
  return {
    predictions,
    test: evaluate(predictions.test),
    testPooled: evaluate(pooled),
    calibration: await calibrationRecord(
      { probabilities: predictions.validation, truth: labelsOf(dataset, validation) },
      { probabilities: predictions.test, truth },
      classes.length,
    ),
  };
}

/** Where a run's time went. @param evaluationMs what its last evaluation took */
export function timingOf({ steps: { length: steps }, times }: LoopResult, evaluationMs: number): RunRecord["timing"] {
  const { totalMs, trainMs, firstStepMs } = times;
  const msPerStep = steps > 1 ? (trainMs - firstStepMs) / (steps - 1) : trainMs;
  return { totalMs: totalMs + evaluationMs, trainMs, msPerStep, firstStepMs };
}
