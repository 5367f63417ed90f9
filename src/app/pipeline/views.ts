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
      return views.some((view) => view.modality === "text" && view.tokens.some((token) => !token.kept));
    case "table":
      return views.some((view) => view.modality === "table" && view.values.some((v, i) => v !== clean[i]));
    case "image":
      return views.some((view) => view.modality === "image" && view.rgba.some((v, i) => v !== first.rgba[i]));
  }
}

/**
 * How much the loss would fall if the K outputs were averaged before the loss instead of after it. Never negative
 * for probabilities and logits with f = mean (method, identity 4); null where f is not the mean.
 */
export function jensenGap(losses: LensResult["losses"], level: string, pooling: string): number | null {
  if (pooling !== "mean") return null;
  return losses.loss - (level === "logits" ? losses.logits : losses.probabilities);
}
