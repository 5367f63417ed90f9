import type { LensResult, Probabilities, View } from "../../shared/protocol.ts";

/** The most probable classes of a distribution, the likeliest first. */
export function topClasses(probabilities: Probabilities, names: readonly string[], count: number) {
  return probabilities
    .map((probability, index) => ({ name: names[index] ?? String(index), probability, index }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}

/** True where noise at the input makes the views of the lens differ from each other. */
export function viewsDiffer(views: readonly View[], clean: readonly number[]): boolean {
  const first = views[0];
  if (!first) return false;
  switch (first.modality) {
    case "text":
      return views.some((view) => view.modality === "text" && view.tokens.some(({ kept, moved }) => moved || !kept));
    case "table":
      return views.some((view) => view.modality === "table" && view.values.some((v, i) => v !== clean[i]));
    case "image":
      return views.some((view) => view.modality === "image" && view.rgba.some((v, i) => v !== first.rgba[i]));
  }
}

/** Losses are computed in 32 bits: differences below this share are rounding. */
const ROUNDING = 1e-6;

/**
 * How much the loss would fall if the K outputs were averaged before the loss instead of after it. Never negative
 * where the loss is convex in what is averaged (method, identity 4): of one item, every objective is in probabilities,
 * and all but focal and soft F1 are in logits. Null where f is not the mean.
 */
export function jensenGap(losses: LensResult["losses"], level: string, pooling: string): number | null {
  if (pooling !== "mean") return null;
  const gap = losses.loss - (level === "logits" ? losses.logits : losses.probabilities);
  return Math.abs(gap) <= ROUNDING * Math.max(1, Math.abs(losses.loss)) ? 0 : gap;
}
