import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import {
  accuracy,
  argmax,
  classificationReport,
  confusionMatrix,
  expectedCalibrationError,
} from "../../shared/report.ts";
import type { Evaluation } from "../../shared/run-record.ts";
import { CancelledError } from "../errors.ts";
import type { Params } from "../models/model.ts";
import { type Tensor, tf } from "../tf.ts";
import { batchesOf } from "./batches.ts";
import { pooledLogProbabilities } from "./levels.ts";
import type { Model } from "./model.ts";
import { nextTask } from "./pacing.ts";

/** One clean pass, or K' noisy passes pooled with f'. */
export type Inference = "clean" | { readonly k: number; readonly pooling: Pooling; readonly round: number };

/** Most rows that go through the network at a time. */
const MAX_ROWS = 1024;

/**
 * Class probabilities of items: row-major [items, classes], on the host. Lets messages in between parts.
 * @param params called within a tidy
 * @param cancelled asked between parts
 * @throws CancelledError where it says so
 */
export async function predict(
  model: Model,
  params: () => Params,
  items: Int32Array,
  inference: Inference,
  cancelled: () => boolean = () => false,
): Promise<Float32Array> {
  const classes = model.network.numClasses;
  const k = inference === "clean" ? 1 : inference.k;
  const size = Math.max(1, Math.min(items.length, Math.floor(MAX_ROWS / k)));
  const out = new Float32Array(items.length * classes);
  let start = 0;
  for (const batch of batchesOf(items, size)) {
    const probabilities = tf.tidy(() => tf.exp(logProbabilities(model, params(), batch.items, inference, start)));
    const values = (await probabilities.data()) as Float32Array;
    probabilities.dispose();
    const count = Math.min(size, items.length - start);
    out.set(values.subarray(0, count * classes), start * classes);
    start += count;
    await nextTask();
    if (cancelled()) throw new CancelledError("The evaluation was cancelled.");
  }
  return out;
}

function logProbabilities(
  model: Model,
  params: Params,
  items: Int32Array,
  inference: Inference,
  firstRow: number,
): Tensor {
  if (inference === "clean") return tf.logSoftmax(tf.squeeze(model.cleanLogits(params, items), [1]));
  const { k, pooling, round } = inference;
  const { level } = model.experiment.aggregate;
  const position = { seed: model.experiment.seed, purpose: "evaluation", step: round, firstRow } as const;
  const z = model.noisyLogits(params, items, { k, pooling, level, position });
  return pooledLogProbabilities(level === "features" ? "logits" : level, pooling, z);
}

/** Scores of predicted probabilities [items, classes] against the true classes; the loss is -log p of the truth. */
export function score(probabilities: Float32Array, truth: Int32Array, classes: readonly string[]): Evaluation {
  const n = truth.length;
  const width = classes.length;
  const predicted = Int32Array.from({ length: n }, (_, i) => argmax(probabilities, i * width, width));
  let loss = 0;
  for (let i = 0; i < n; i++)
    loss -= Math.log(Math.max(1e-38, probabilities[i * width + (truth[i] as number)] as number)) / n;
  const matrix = confusionMatrix(truth, predicted, width);
  const report = classificationReport(matrix, classes);
  return {
    loss,
    accuracy: accuracy(matrix),
    macroF1: report.macro.f1,
    expectedCalibrationError: expectedCalibrationError(probabilities, truth, width),
    report,
    confusionMatrix: matrix,
  };
}
