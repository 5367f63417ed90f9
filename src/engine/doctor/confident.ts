/** An item whose label is doubted: its place among the predictions, and the class that is believed instead. */
export interface Doubt {
  readonly place: number;
  readonly suggested: number;
  /** p(given) - max over the other classes of p: the lower, the likelier the label is wrong. */
  readonly margin: number;
}

/**
 * t_j = mean of p(j | x) over the items labelled j: how sure a model is of a class where it is right on the whole
 * (Northcutt, Jiang and Chuang 2021, "Confident Learning", section 3.1). NaN for a class that no item has.
 * @param probabilities out-of-sample, row-major [items, classes]
 * @param labels class given to each item
 */
export function selfConfidence(probabilities: Float32Array, labels: Int32Array, numClasses: number): Float64Array {
  const sums = new Float64Array(numClasses);
  const counts = new Float64Array(numClasses);
  for (const [place, label] of labels.entries()) {
    sums[label] = (sums[label] as number) + (probabilities[place * numClasses + label] as number);
    counts[label] = (counts[label] as number) + 1;
  }
  return sums.map((sum, label) => sum / (counts[label] as number));
}

/**
 * Likely label errors by confident learning: the given class is under its threshold t, another one at or over its own;
 * suggested is the most probable of these. Ordered by normalised margin (section 3.2).
 */
export function confidentDoubts(probabilities: Float32Array, labels: Int32Array, numClasses: number): Doubt[] {
  const thresholds = selfConfidence(probabilities, labels, numClasses);
  const doubts: Doubt[] = [];
  for (const [place, given] of labels.entries()) {
    const p = probabilities.subarray(place * numClasses, (place + 1) * numClasses);
    if ((p[given] as number) >= (thresholds[given] as number)) continue;
    let suggested = -1;
    let highest = 0;
    for (const [label, value] of p.entries()) {
      if (label === given) continue;
      highest = Math.max(highest, value);
      const isOver = value >= (thresholds[label] as number);
      if (isOver && (suggested < 0 || value > (p[suggested] as number))) suggested = label;
    }
    if (suggested >= 0) doubts.push({ place, suggested, margin: (p[given] as number) - highest });
  }
  return doubts.sort((a, b) => a.margin - b.margin || a.place - b.place);
}
