import type { ItemPrediction, PredictionQuery } from "../../shared/protocol.ts";
import { argmax } from "../../shared/report.ts";
import type { Dataset } from "../data/dataset.ts";

/**
 * Held-out items that answer a query, with the model's probabilities [items, classes] in one clean pass: a cell of
 * the confusion matrix or the mistakes by falling confidence; the uncertain ones by rising confidence.
 */
export async function listPredictions(
  dataset: Dataset,
  items: Int32Array,
  probabilities: Float32Array,
  query: PredictionQuery,
  limit: number,
): Promise<{ predictions: ItemPrediction[]; total: number }> {
  const { classes, labels } = dataset;
  const width = classes.length;
  const all = Array.from(items, (item, i) => {
    const predicted = argmax(probabilities, i * width, width);
    const confidence = probabilities[i * width + predicted] as number;
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
      probabilities: [...probabilities.subarray(i * width, (i + 1) * width)],
    })),
  );
  return { predictions, total: chosen.length };
}
