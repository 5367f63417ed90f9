import type { BoundaryResult, CalibrationResult, GradientNoise, JensenResult } from "../../shared/method-calls.ts";
import type { LensResult } from "../../shared/protocol.ts";
import type { Level } from "../../shared/task.ts";
import { formatLoss, formatPercent, formatRate, plural } from "../ui/format.ts";
import type { Deciding } from "./lens-figures.ts";

/** Differences below this are float32's rounding. */
const NOTHING = 1e-5;

const untrained = (trained: boolean): string => (trained ? "" : " The weights are still the initial ones.");

/** What the K passes of one sample come to. */
export function lensSentence(
  { outputs, trained }: LensResult,
  shares: readonly number[],
  won: readonly number[] | null,
  { names, truth, level, deciding }: { names: readonly string[]; truth: number; level: Level; deciding: Deciding },
): string {
  const k = outputs.length;
  if (k === 1) return `One pass carries all the weight and wins every class.${untrained(trained)}`;
  const most = shares.indexOf(Math.max(...shares));
  const share = shares[most] ?? 0;
  const even = share - 1 / k < 5e-4;
  const weights = even
    ? `All ${k} passes weigh about the same, ${formatPercent(1 / k)}`
    : `Repeat ${most + 1} believes most in “${names[truth]}” (${(outputs[most]?.[truth] ?? 0).toFixed(3)}) and carries ${formatPercent(share)} of the mean-probability gradient, where even shares are ${formatPercent(1 / k)}`;
  return `${weights}; ${winnersWords(won, level, deciding, k)}.${untrained(trained)}`;
}

function winnersWords(won: readonly number[] | null, level: Level, deciding: Deciding, k: number): string {
  if (!won) return `at the level features ${deciding} picks repeats feature by feature, below the head`;
  if (level === "loss") return `under ${deciding} repeat ${(won[0] ?? 0) + 1} alone would be the loss`;
  const winners = new Set(won).size;
  return `under ${deciding} ${winners} of ${k} ${winners === 1 ? "wins" : "win"} the ${plural(won.length, "class", "classes")}`;
}

/** How far the levels lie apart on one batch. */
export function jensenSentence(result: JensenResult, level: Level, pooling: string): string {
  const { k, items, mean, chosen, holds } = result;
  const all = `${plural(items, "item")}`;
  const own = chosen[level];
  if (k === 1)
    return `With K = 1 there is nothing to pool: the loss of ${all} is ${formatLoss(mean.loss)} at every level.${untrained(result.trained)}`;
  const overP = mean.loss - mean.probabilities;
  const overZ = mean.loss - mean.logits;
  const gaps =
    Math.max(Math.abs(overP), Math.abs(overZ)) < NOTHING
      ? `The ${k} passes of ${all} are all alike, so every level has the loss ${formatLoss(mean.loss)}`
      : `Over ${all} and K = ${k} the mean of the losses, ${formatLoss(mean.loss)}, is ${formatLoss(overP)} above the loss of the mean probabilities and ${formatLoss(overZ)} above that of the mean logits; ${heldWords(holds, items)}`;
  const withF =
    pooling === "mean" || own === null ? "" : ` With f = ${pooling} at the level ${level} it is ${formatLoss(own)}.`;
  return `${gaps}.${withF}${untrained(result.trained)}`;
}

/** A convex loss leaves no other way (identity 4); focal and batch objectives are not convex, and are told as they are. */
function heldWords({ probabilities, logits }: JensenResult["holds"], items: number): string {
  return probabilities === items && logits === items
    ? `it is never below them, item by item: ${items} and ${items} of ${items}`
    : `it is at least as large in ${probabilities} and ${logits} of ${items}, since this objective is not convex`;
}

/** K that the sentence on the gradient speaks of: 16 where it was measured, else the largest. */
export function gradientRatio({ points }: GradientNoise) {
  const one = points.find(({ k }) => k === 1);
  const many = points.find(({ k }) => k === 16) ?? points.at(-1);
  if (!one || !many || one.variance === 0 || many.k === 1) return null;
  const ratio = one.variance / many.variance;
  const error = ratio * Math.hypot(one.standardError / one.variance, many.standardError / many.variance);
  return { k: many.k, ratio, error, law: one.law / many.law, draws: [one.draws, many.draws] };
}

/** How the noise in the gradient falls with K. */
export function gradientSentence(result: GradientNoise, level: Level, pooling: string): string {
  const found = gradientRatio(result);
  if (!found) return "The noise does not move this gradient: without noise every draw gives the same one.";
  const { k, ratio, error, law, draws } = found;
  const factor = Number.isFinite(ratio)
    ? `${formatRate(ratio)} ± ${Number(error.toPrecision(2))} times`
    : "beyond measure";
  const from = result.bank > 0 ? ` (of a bank of ${result.bank} views, without replacement)` : "";
  const words =
    level === "loss" && pooling === "mean"
      ? `for the mean of the losses the law says ${formatRate(law)}${from}`
      : `${pooling} at the level ${level} follows no law; the mean of the losses would have ${formatRate(law)}${from}`;
  return `Noise makes the gradient vary ${factor} less at K = ${k} than at K = 1, by ${draws[1]} and ${draws[0]} draws; ${words}.${untrained(result.trained)}`;
}

/** How far stated confidence is from accuracy, and what a temperature does to it. */
export function calibrationSentence({ split, items, fittedOn, temperature, before, after }: CalibrationResult): string {
  const confidence = before.bins.reduce((sum, bin) => sum + bin.count * bin.confidence, 0) / Math.max(1, items);
  const gap = confidence - before.accuracy;
  const lean = Math.abs(gap) < 0.005 ? "about as sure as it should be" : gap > 0 ? "too sure" : "too cautious";
  const now = `On ${plural(items, `${split} item`)} it states ${formatPercent(confidence)} and gets ${formatPercent(before.accuracy)} right, ${lean}: calibration error ${formatPercent(before.expectedCalibrationError)}.`;
  if (temperature === null || !after)
    return fittedOn === 0
      ? `${now} Without a validation set there are no items that may choose a temperature.`
      : `${now} The ${plural(fittedOn, "validation item")} set no temperature: their mistakes are too few, or too many, for one to fit best.`;
  const on = split === "validation" ? "these items" : plural(fittedOn, "validation item");
  if (temperature < 0.051 || temperature > 19.9)
    return `${now} ${plural(fittedOn, "validation item")} set no temperature: they are ${temperature < 1 ? "nearly all right, and ever surer would fit ever better" : "so often wrong that no confidence at all fits best"}.`;
  return `${now} Divided by T = ${temperature.toFixed(2)}, fitted on ${on}, it is ${formatPercent(after.expectedCalibrationError)}; accuracy stays ${formatPercent(after.accuracy)}.`;
}

/** How far two features go. */
export function boundarySentence({ x, y, points, held, trained }: BoundaryResult): string {
  const right = points.filter(({ truth, predicted }) => truth === predicted).length;
  const share = Math.round((100 * right) / Math.max(1, points.length));
  const others = held.length === 0 ? "" : `, the other ${plural(held.length, "column")} held where they are`;
  return `Two features, ${x.column} and ${y.column}, separate ${share}% of ${plural(points.length, "training point")} here${others}.${untrained(trained)}`;
}
