import type { ItemPrediction, PredictionQuery } from "../../shared/protocol.ts";
import type { Dataset } from "../data/dataset.ts";
import { type EpochPredictions, predictionsOf } from "../train/epoch-predictions.ts";

/** What was said of held-out items in one clean pass, in their order. */
export interface Said {
  readonly predicted: ArrayLike<number>;
  readonly confidence: ArrayLike<number>;
  /** [items, classes]; null where only the class is known. */
  readonly probabilities: Float32Array | null;
}

/** What probabilities [items, classes] say. */
export const saidBy = (probabilities: Float32Array, numClasses: number): Said => ({
  ...predictionsOf(0, probabilities, numClasses),
  probabilities,
});

/** What was said after an epoch. @throws Error naming the epochs of which that is kept */
export function saidAfter(history: readonly EpochPredictions[], epoch: number): Said {
  const said = history.find((one) => one.epoch === epoch);
  if (said) return { ...said, probabilities: null };
  const before = history.findLast((one) => one.epoch < epoch)?.epoch;
  const after = history.find((one) => one.epoch > epoch)?.epoch;
  const near = [before, after].filter((one) => one !== undefined).join(" and ");
  throw new Error(
    `What was said of each validation item after epoch ${epoch} is not kept; ${near ? `the nearest of which it is: ${near}` : "there is no such epoch yet"}.`,
  );
}

/**
 * Held-out items that answer a query: a cell of the confusion matrix or the mistakes by falling confidence; the
 * uncertain ones by rising confidence.
 */
export async function listPredictions(
  dataset: Dataset,
  items: Int32Array,
  said: Said,
  query: PredictionQuery,
  limit: number,
): Promise<{ predictions: ItemPrediction[]; total: number }> {
  const { classes, labels } = dataset;
  const width = classes.length;
  const all = Array.from(items, (item, i) => {
    const predicted = said.predicted[i] as number;
    const confidence = said.confidence[i] as number;
    return { item, i, truth: labels[item] as number, predicted, confidence };
  });
  const chosen = all
    .filter(({ truth, predicted }) => {
      if (query.kind === "cell") return truth === query.truth && predicted === query.predicted;
      return query.kind === "uncertain" || truth !== predicted;
    })
    .sort((a, b) => (query.kind === "uncertain" ? a.confidence - b.confidence : b.confidence - a.confidence));
  const predictions = await Promise.all(
    chosen.slice(0, limit).map(async ({ item, i, predicted, confidence }) => ({
      item: await dataset.item(item),
      predicted: classes[predicted] as string,
      confidence,
      probabilities: [...(said.probabilities?.subarray(i * width, (i + 1) * width) ?? [])],
    })),
  );
  return { predictions, total: chosen.length };
}
