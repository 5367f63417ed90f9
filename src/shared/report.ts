/** Precision, recall and F1 of one class or one average; `support` counts true items. */
export interface Score {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

/** A classification report in scikit-learn's layout. */
export interface ClassificationReport {
  classes: Record<string, Score>;
  /** Over all chosen labels together; equals accuracy when every label is chosen. */
  micro: Score;
  macro: Score;
  weighted: Score;
  /** Scores that were 0/0 and are given as 0, such as `precision of "refund": never predicted`. */
  undefinedScores: string[];
}

/** Counts of (true class, predicted class): rows are true classes. */
export type ConfusionMatrix = number[][];

/** Counts pairs of true and predicted class indices, both in [0, numClasses). */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  numClasses: number,
): ConfusionMatrix {
  if (truth.length !== predicted.length)
    throw new RangeError(`${truth.length} true labels but ${predicted.length} predictions.`);
  const matrix = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i] as number];
    const column = predicted[i] as number;
    if (!row || row[column] === undefined) throw new RangeError(`Item ${i}: class outside 0..${numClasses - 1}.`);
    row[column] += 1;
  }
  return matrix;
}

const ratio = (numerator: number, denominator: number): number => (denominator === 0 ? 0 : numerator / denominator);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Correct over all: trace / total; 0 for an empty matrix. */
export function accuracy(matrix: ConfusionMatrix): number {
  return ratio(sum(matrix.map((row, i) => row[i] ?? 0)), sum(matrix.map(sum)));
}

/**
 * precision = TP/(TP+FP), recall = TP/(TP+FN), F1 = 2TP/(2TP+FP+FN); macro is the plain mean over classes,
 * weighted the mean by support, micro pools the counts. A 0/0 scores 0 and is named in `undefinedScores`.
 * As scikit-learn's `classification_report(..., zero_division=0)`.
 * @param labels indices of the classes to report; all where left out. As in scikit-learn, leaving some out
 *   turns micro into something other than accuracy.
 */
export function classificationReport(
  matrix: ConfusionMatrix,
  names: readonly string[],
  labels: readonly number[] = names.map((_, i) => i),
): ClassificationReport {
  const undefinedScores: string[] = [];
  const counts = labels.map((c) => {
    const tp = matrix[c]?.[c] ?? 0;
    const support = sum(matrix[c] ?? []);
    const predicted = sum(matrix.map((row) => row[c] ?? 0));
    return { name: names[c] ?? String(c), tp, support, predicted };
  });
  const scores = counts.map(({ name, tp, support, predicted }): Score => {
    if (predicted === 0) undefinedScores.push(`precision of "${name}": never predicted`);
    if (support === 0) undefinedScores.push(`recall of "${name}": no such item`);
    return {
      precision: ratio(tp, predicted),
      recall: ratio(tp, support),
      f1: ratio(2 * tp, predicted + support),
      support,
    };
  });
  const total = sum(counts.map((c) => c.support));
  const average = (weight: (score: Score) => number): Score => {
    const over = (pick: (score: Score) => number) => sum(scores.map((s) => pick(s) * weight(s)));
    return {
      precision: over((s) => s.precision),
      recall: over((s) => s.recall),
      f1: over((s) => s.f1),
      support: total,
    };
  };
  const tp = sum(counts.map((c) => c.tp));
  const predicted = sum(counts.map((c) => c.predicted));
  return {
    classes: Object.fromEntries(counts.map((c, i) => [c.name, scores[i] as Score])),
    micro: {
      precision: ratio(tp, predicted),
      recall: ratio(tp, total),
      f1: ratio(2 * tp, predicted + total),
      support: total,
    },
    macro: average(() => ratio(1, scores.length)),
    weighted: average((s) => ratio(s.support, total)),
    undefinedScores,
  };
}

/** Items whose top probability lies in (from, to]; `confidence` and `accuracy` are their means, 0 in an empty bin. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  confidence: number;
  accuracy: number;
}

/**
 * Items by their top probability in equal-width bins, each with its mean confidence and its accuracy (Guo et al.
 * 2017, 1706.04599, section 2).
 * @param probabilities row-major [items, classes]
 */
export function reliabilityBins(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  numClasses: number,
  bins = 15,
): ReliabilityBin[] {
  const hits = new Float64Array(bins);
  const confidence = new Float64Array(bins);
  const counts = new Uint32Array(bins);
  for (let i = 0; i < truth.length; i++) {
    const top = argmax(probabilities, i * numClasses, numClasses);
    const p = probabilities[i * numClasses + top] as number;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1));
    counts[bin] = (counts[bin] as number) + 1;
    hits[bin] = (hits[bin] as number) + (top === truth[i] ? 1 : 0);
    confidence[bin] = (confidence[bin] as number) + p;
  }
  return Array.from(counts, (count, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    count,
    confidence: ratio(confidence[b] as number, count),
    accuracy: ratio(hits[b] as number, count),
  }));
}

/**
 * Expected calibration error: sum over bins of |accuracy - mean confidence| weighted by the bin's share (Guo et al.
 * 2017, 1706.04599, section 2).
 * @param probabilities row-major [items, classes]
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  numClasses: number,
  bins = 15,
): number {
  const all = reliabilityBins(probabilities, truth, numClasses, bins);
  return ratio(
    sum(all.map(({ count, accuracy, confidence }) => count * Math.abs(accuracy - confidence))),
    truth.length,
  );
}

/** Index of the largest of `count` values from `offset` on; the first where several are equal. */
export function argmax(values: ArrayLike<number>, offset = 0, count = values.length - offset): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if ((values[offset + i] as number) > (values[offset + best] as number)) best = i;
  }
  return best;
}
