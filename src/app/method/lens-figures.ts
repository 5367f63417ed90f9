import type { LensResult } from "../../shared/protocol.ts";
import type { Level } from "../../shared/task.ts";

/** Pooling that lets one repeat decide an entry. */
export type Deciding = "max" | "min";

/**
 * Share of each repeat in the gradient of the mean-probability loss: w_k = p_k / sum_j p_j, p_k the probability of the
 * true class (identity 5). Even shares where every p is 0.
 */
export function gradientShares(outputs: LensResult["outputs"], truth: number): number[] {
  const p = outputs.map((output) => output[truth] ?? 0);
  const total = p.reduce((a, b) => a + b, 0);
  return p.map((value) => (total > 0 ? value / total : 1 / p.length));
}

/**
 * The repeat that decides each class: at the level `logits` by the logits, at `probabilities` by the probabilities;
 * at `loss` one repeat, the one of the largest (smallest) loss, decides all. The first where several are equal. Null
 * at the level `features`, where repeats win features and not classes.
 */
export function winners(result: LensResult, level: Level, truth: number, deciding: Deciding): number[] | null {
  const { outputs, logits } = result;
  const sign = deciding === "max" ? 1 : -1;
  const best = (value: (k: number) => number): number =>
    outputs.reduce((at, _, k) => (sign * value(k) > sign * value(at) ? k : at), 0);
  switch (level) {
    case "features":
      return null;
    case "loss": {
      const decider = best((k) => -(outputs[k]?.[truth] ?? 0));
      return (outputs[0] ?? []).map(() => decider);
    }
    default: {
      const values = level === "logits" ? logits : outputs;
      return (outputs[0] ?? []).map((_, c) => best((k) => values[k]?.[c] ?? 0));
    }
  }
}
