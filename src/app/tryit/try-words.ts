import type { Experiment } from "../../shared/experiment.ts";
import { BACKBONES } from "../../shared/plugins/backbones/index.ts";
import { cardById } from "../../shared/plugins/card.ts";
import type { ModelSummary, Prediction } from "../../shared/protocol.ts";
import { argmax } from "../../shared/report.ts";
import type { Modality } from "../../shared/task.ts";
import { formatPercent, plural } from "../ui/format.ts";

const NAMED_CLASSES = 6;

/** `8 passes, mean`: how the pooled figures come about. */
export const pooledWords = ({ k, pooling }: Experiment["inference"]): string =>
  `${plural(k, "pass", "passes")}, ${pooling.id}`;

/** What the model answers, and whether one clean pass and the pooled ones agree on it. */
export function answerSentence({ classes, clean, pooled, spread }: Prediction, inference: Experiment["inference"]) {
  const [byClean, byPooled] = [argmax(clean), argmax(pooled)];
  const said = (index: number, by: readonly number[]) => `“${classes[index]}” (${formatPercent(by[index] ?? 0)})`;
  const passes = `${plural(inference.k, "noisy pass", "noisy passes")} pooled with ${inference.pooling.id}`;
  if (byClean !== byPooled)
    return `Undecided: one clean pass says ${said(byClean, clean)}, ${passes} ${inference.k === 1 ? "says" : "say"} ${said(byPooled, pooled)}.`;
  const top = pooled[byPooled] ?? 0;
  const deviation = spread[byPooled] ?? 0;
  const second = Math.max(0, ...pooled.filter((_, index) => index !== byPooled));
  const close = deviation > 0 && top - second < deviation ? " Close: the noise could tip it." : "";
  const varying = deviation >= 0.0005 ? `, varying by ${(100 * deviation).toFixed(1)} points` : "";
  return `${said(byClean, clean)} in one clean pass; ${passes}: ${formatPercent(top)}${varying}.${close}`;
}

const NOTHING_YET: Record<Modality, string> = {
  text: "Write a text to see what the model says of it.",
  image: "Draw or choose an image to see what the model says of it.",
  table: "Asking the model…",
};

/** What the card says below the input: the answer, what is wrong, or what to do. */
export function replyWords(
  modality: Modality,
  inference: Experiment["inference"],
  prediction: Prediction | null,
  error: Error | null,
  isAtColumns: boolean,
): { text: string; bad: boolean } {
  if (prediction) return { text: answerSentence(prediction, inference), bad: false };
  if (isAtColumns) return { text: "No answer while a field cannot be read.", bad: true };
  return error ? { text: error.message, bad: true } : { text: NOTHING_YET[modality], bad: false };
}

/** `MLP, 419 parameters. Classes: Adelie, Chinstrap, Gentoo.` */
export function modelSentence({ experiment, parameters, classes }: ModelSummary): string {
  const named = classes.slice(0, NAMED_CLASSES).join(", ");
  const more = classes.length > NAMED_CLASSES ? ` and ${classes.length - NAMED_CLASSES} more` : "";
  const { label } = cardById(BACKBONES, experiment.backbone.id);
  return `${label}, ${plural(parameters, "trained parameter")}. Classes: ${named}${more}.`;
}

const SHOWN_CLASSES = 10;

/** Indices of the classes to show: all of a few in their order, else the likeliest by the pooled probabilities. */
export function shownClasses(count: number, pooled: readonly number[] | null): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (count <= SHOWN_CLASSES || pooled === null) return all.slice(0, SHOWN_CLASSES);
  return all.sort((a, b) => (pooled[b] ?? 0) - (pooled[a] ?? 0) || a - b).slice(0, SHOWN_CLASSES);
}
