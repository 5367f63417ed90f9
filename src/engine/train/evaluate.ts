import type { Pooling } from "../../shared/plugins/poolings/index.ts";
import {
  accuracy,
  argmax,
  classificationReport,
  confusionMatrix,
  expectedCalibrationError,
} from "../../shared/report.ts";
import type { Evaluation } from "../../shared/run-record.ts";
import type { Params } from "../models/model.ts";
import { type Tensor, type Tensor3D, tf } from "../tf.ts";
import type { LengthGroup } from "./lengths.ts";
import { pooledLogProbabilities, pooledLoss } from "./levels.ts";
import type { Model } from "./model.ts";
import { inParts, paceOf } from "./parts.ts";
import { readOut } from "./read-out.ts";

/** One clean pass, or K' noisy passes pooled with f'. */
export type Inference = "clean" | { readonly k: number; readonly pooling: Pooling; readonly round: number };

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
  const k = inference === "clean" ? 1 : inference.k;
  const of = (part: Int32Array, start: number): Tensor =>
    tf.exp(logProbabilities(model, params(), part, inference, start));
  return inParts(items, { model, k, width: model.network.numClasses }, of, cancelled);
}

/**
 * One clean pass over items: their class probabilities, row-major [items, classes], and the training objective over all
 * of them as one batch, without noise, repeats and what their disagreement adds.
 * @param params called within a tidy
 * @throws CancelledError where `cancelled` says so
 */
export async function predictWithLoss(
  model: Model,
  params: () => Params,
  items: Int32Array,
  cancelled: () => boolean,
): Promise<{ probabilities: Float32Array; loss: number }> {
  const classes = model.network.numClasses;
  const of = (part: Int32Array): Tensor => model.cleanLogits(params(), part);
  const logits = await inParts(items, { model, k: 1, width: classes }, of, cancelled);
  const [p, loss] = tf.tidy(() => {
    const z = tf.tensor3d(logits, [items.length, 1, classes]);
    return lossAndProbabilities(model, z, items);
  });
  const [probabilities, [value]] = await Promise.all([readOut(p), readOut(loss)]);
  return { probabilities, loss: value as number };
}

function lossAndProbabilities(model: Model, z: Tensor3D, items: Int32Array): [probabilities: Tensor, loss: Tensor] {
  const loss = pooledLoss("logits", { id: "mean" }, model.objective, z, model.targets(items));
  return [probabilitiesOf(model, z), loss];
}

/**
 * All that an epoch's evaluation needs, in one tensor that stays on the device to be read later: class probabilities of
 * one clean pass, those of K' passes pooled with f', and the training objective of the clean pass,
 * [2 items * classes + 1]. Null where the items do not go through in one part: then a stop could not be heard.
 * @param params called within a tidy
 */
export function evaluateOnDevice(
  model: Model,
  params: () => Params,
  items: Int32Array,
  inference: Exclude<Inference, "clean">,
): Tensor | null {
  if (items.length * inference.k > paceOf(model).rows) return null;
  return tf.tidy(() => {
    const theta = params();
    const { groups, placeOf } = model.data.lengthGroups(items);
    /** Rows of all groups, one a place, in the order of the items. */
    const together = (of: (group: LengthGroup) => Tensor): Tensor => {
      const [first, ...rest] = groups.map(of);
      if (!first || rest.length === 0) return first as Tensor;
      return tf.gather(tf.concat([first, ...rest], 0), tf.tensor1d(placeOf, "int32"));
    };
    const z = together((group) => model.cleanLogits(theta, group.items)) as Tensor3D;
    const [clean, loss] = lossAndProbabilities(model, z, items);
    const pooled = tf.exp(together((group) => logProbabilities(model, theta, group.items, inference, group.start)));
    return tf.concat([clean, pooled, loss].map((part) => tf.reshape(part, [part.size])));
  });
}

/** Does once what an evaluation after an epoch does on the device, and reads nothing. */
export function dryEvaluation(model: Model, params: () => Params, items: Int32Array): void {
  tf.tidy(() => {
    const inference = { ...model.experiment.inference, round: 0 };
    tf.exp(logProbabilities(model, params(), items, inference, 0));
    lossAndProbabilities(model, model.cleanLogits(params(), items), items);
  });
}

/** Class probabilities that a model reads its logits as: [..., classes] -> [..., classes]. */
export function probabilitiesOf({ objective: { link } }: Model, z: Tensor): Tensor {
  return tf.exp(link.classes(link.outcomes(z)));
}

function logProbabilities(
  model: Model,
  params: Params,
  items: Int32Array,
  inference: Inference,
  firstRow: number,
): Tensor {
  const { link } = model.objective;
  if (inference === "clean") return link.classes(link.outcomes(model.cleanLogits(params, items)));
  const { k, pooling, round } = inference;
  const { level } = model.experiment.aggregate;
  const position = { seed: model.experiment.seed, purpose: "evaluation", step: round, firstRow } as const;
  const z = model.noisyLogits(params, items, { k, pooling, level, position });
  return pooledLogProbabilities(level, pooling, link, z, params);
}

/**
 * Scores of predicted probabilities [items, classes] against the true classes. The loss is -log p of the truth,
 * whatever the objective.
 */
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
