import { accuracy, classificationReport } from "../report.ts";
import type { EpochRecord, Evaluation, RunRecord } from "../run-record.ts";

/** Accuracy, macro-F1, the report and the matrix of one clean pass. Calibration error: null where none was measured. */
export type Scores = Pick<Evaluation, "accuracy" | "macroF1" | "report" | "confusionMatrix"> & {
  readonly loss: number | null;
  readonly expectedCalibrationError: number | null;
};

/** The epoch whose weights the model has: with early stopping that of the lowest validation loss, else the last. */
export function keptEpoch({ experiment, epochs }: RunRecord): EpochRecord | null {
  const last = epochs.at(-1) ?? null;
  if (!experiment.earlyStopping) return last;
  // The first of several equal ones was kept.
  return epochs.reduce(
    (best, epoch) => ((epoch.validationLoss ?? Infinity) < (best?.validationLoss ?? Infinity) ? epoch : best),
    last,
  );
}

/** Scores on the validation items after the epoch that was kept; null without validation items, or before an epoch's end. */
export function validationScores(record: RunRecord): Scores | null {
  const matrix = keptEpoch(record)?.validationConfusionMatrix;
  if (!matrix) return null;
  const report = classificationReport(matrix, record.dataset.classes);
  // The record keeps these for the final weights alone.
  const final = record.calibration?.validation.before;
  return {
    accuracy: accuracy(matrix),
    macroF1: report.macro.f1,
    report,
    confusionMatrix: matrix,
    loss: final?.loss ?? null,
    expectedCalibrationError: final?.expectedCalibrationError ?? null,
  };
}
