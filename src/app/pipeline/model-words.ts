import type { DatasetSummary } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { isFrozen, isTuned } from "../../shared/noise-misfits.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { NOISES } from "../../shared/plugins/noises/index.ts";
import { TUNINGS } from "../../shared/plugins/tunings/index.ts";
import { formatNumber } from "../ui/format.ts";

/** `Gaussian 0.2`: a noise by its name and its first number. */
export function noiseWords(noise: Experiment["repeat"]["noises"][number]): string {
  const amount = Object.values(noise).find((value) => typeof value === "number");
  const label = cardById(NOISES, noise.id).label.toLowerCase();
  return amount === undefined ? label : `${label} ${formatNumber(amount)}`;
}

/** `K = 8 · gaussian 0.2`. */
export function repeatWords({ repeat }: Experiment): string {
  const noises = repeat.noises.map(noiseWords);
  const groups = repeat.groupSize > 1 ? [`groups of ${repeat.groupSize}`] : [];
  return [`K = ${repeat.k}`, ...groups, noises.length === 0 ? "no noise" : noises.join(", ")].join(" · ");
}

/** What becomes of the backbone's weights. */
export function tuningWords(experiment: Experiment): string {
  if (isFrozen(experiment)) return "frozen, encoded ahead";
  const label = cardById(TUNINGS, experiment.tuning.id).label;
  return isTuned(experiment) ? `pretrained, tuning: ${label}` : "trained from scratch";
}

/** The way of the data through the backbone, such as `7 → 32`, as far as the configuration tells. */
export function backboneShape({ backbone }: Experiment, input: DatasetSummary["input"] | undefined): string {
  switch (backbone.id) {
    case "mlp":
      return [inputSize(input), ...backbone.hidden].join(" → ");
    case "seed-cnn":
      return `conv ${backbone.channels1} → conv ${backbone.channels2} → ${backbone.dense}`;
    case "use-lite":
      return "sentence → 512";
    case "mobilenet-v2":
      return `${backbone.size} px → ${backbone.tap}`;
    case "transformer":
      return backbone.source.split("/").at(-1) ?? backbone.source;
    default:
      backbone satisfies never;
      return "";
  }
}

function inputSize(input: DatasetSummary["input"] | undefined): string | number {
  if (input?.modality === "table") return input.features.length;
  if (input?.modality === "image") return input.height * input.width * input.channels;
  return "input";
}
