import { noEdits } from "../../edits.ts";
import { type ExperimentFile, parseExperiment } from "../../experiment.ts";
import { accuracy, classificationReport, confusionMatrix } from "../../report.ts";
import type { EpochRecord, Evaluation, RunRecord } from "../../run-record.ts";

/** Classes that a Markdown table, HTML and a heading would each trip over. */
export const CLASSES = ["a|b", "<b>bold</b>", "line\n# two"];

const FILE: ExperimentFile = {
  version: 1,
  task: "text-classification",
  data: { train: "my `notes`|1.csv", text: "text", label: "what <i>", labelsPerClass: 20, labelNoise: 0.25 },
  repeat: { k: 4, noises: [{ id: "gaussian", site: "features", stdDev: 0.05 }] },
  aggregate: { level: "probabilities", pooling: { id: "log-mean-exp", t: 2 } },
  inference: { k: 16, pooling: { id: "median" } },
  epochs: 3,
  seed: 7,
};

function evaluation(truth: readonly number[], predicted: readonly number[], loss: number): Evaluation {
  const matrix = confusionMatrix(truth, predicted, CLASSES.length);
  const report = classificationReport(matrix, CLASSES);
  return {
    loss,
    accuracy: accuracy(matrix),
    macroF1: report.macro.f1,
    expectedCalibrationError: loss / 10,
    report,
    confusionMatrix: matrix,
  };
}

const TRUTH = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2];
const CLEAN = evaluation(TRUTH, [0, 0, 0, 1, 1, 1, 0, 2, 2, 2, 2, 0], 0.612);
const POOLED = evaluation(TRUTH, [0, 0, 0, 0, 1, 1, 0, 2, 2, 2, 2, 2], 0.431);

/** Validation: the second epoch has the lowest loss, and other counts than the third. */
const EPOCHS: EpochRecord[] = [0.9, 0.5, 0.7].map((validationLoss, i) => {
  const { accuracy, macroF1, confusionMatrix } = evaluation([0, 1, 2, 2], i === 1 ? [0, 1, 2, 2] : [0, 1, 2, 0], 1);
  return {
    epoch: i + 1,
    step: 2 * (i + 1),
    trainLoss: 1 / (i + 1),
    validationLoss,
    validationAccuracy: accuracy,
    validationMacroF1: macroF1,
    validationConfusionMatrix: confusionMatrix,
    validationPooledAccuracy: accuracy,
  };
});

/** The record of a run on a handful of texts. @param file what its experiment says otherwise */
export function recordOf(file: Partial<ExperimentFile> = {}, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 1,
    status: "finished",
    stoppedEarly: false,
    software: { refrain: "0.1.0", tfjs: "4.22.0" },
    experiment: parseExperiment({ ...FILE, ...file }),
    backend: {
      name: "webgpu",
      adapter: "ACME | GPU <9000>",
      reason: "the fastest of three",
      figures: [
        { name: "webgpu", kind: "measured", msPerStep: 1.25 },
        { name: "webgl", kind: "failed", why: "no context" },
      ],
      steps: { path: "fused", reason: "a plain stack", refused: null },
    },
    dataset: {
      classes: CLASSES,
      train: 40,
      validation: 4,
      test: 12,
      classCounts: CLASSES.map((name, i) => ({
        name,
        train: [20, 15, 5][i] as number,
        validation: [1, 1, 2][i] as number,
        test: [4, 3, 5][i] as number,
        leftOut: [1234, 0, 0][i] as number,
      })),
      input: { modality: "text" },
      flippedLabels: 10,
      edits: noEdits(),
      duplicatesBetweenSplits: 2,
      contentSha256: "89f25035c9d3662aba0306c64b3e719b3c457e5f3e758e3420f349135b2bf6a5",
      sha256: "89f25035c9d3662aba0306c64b3e719b3c457e5f3e758e3420f349135b2bf6a5",
    },
    model: { trainableParameters: 1539, parameters: 1539 },
    pretrained: null,
    steps: [1, 2, 3, 4, 5, 6].map((step) => ({ step, epoch: Math.ceil(step / 2), loss: 1 / step })),
    epochs: EPOCHS,
    resumedAt: [],
    test: CLEAN,
    testPooled: POOLED,
    calibration: {
      temperature: 1.2345,
      validation: {
        before: { loss: 0.71, expectedCalibrationError: 0.11 },
        after: { loss: 0.66, expectedCalibrationError: 0.07 },
      },
      test: {
        before: { loss: 0.612, expectedCalibrationError: 0.0612 },
        after: { loss: 0.6, expectedCalibrationError: 0.05 },
      },
    },
    timing: { totalMs: 75_000, trainMs: 1234, msPerStep: 1.25, firstStepMs: 210 },
    ...changes,
  };
}

/** A record without test items, or without any held-out ones. */
export function withoutTest(file: Partial<ExperimentFile>, validation: boolean): RunRecord {
  const record = recordOf(file, { test: null, testPooled: null });
  const { dataset, calibration, epochs } = record;
  const bare = epochs.map((epoch) => ({ ...epoch, validationLoss: null, validationConfusionMatrix: null }));
  return {
    ...record,
    dataset: { ...dataset, test: 0, validation: validation ? dataset.validation : 0 },
    calibration: validation && calibration ? { ...calibration, test: null } : null,
    epochs: validation ? epochs : bare,
  };
}
