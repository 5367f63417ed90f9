import type { Experiment } from "../experiment.ts";
import { formatCount, formatNumber, formatPercent, plural } from "../format.ts";
import { blocks, table, verbatim } from "../markdown.ts";
import { hasNoiseBelow, isFrozen } from "../noise-misfits.ts";
import { objectiveWords } from "../objective-words.ts";
import { BACKBONES } from "../plugins/backbones/index.ts";
import { choiceWords } from "../plugins/choice-words.ts";
import { NOISES } from "../plugins/noises/index.ts";
import { OPTIMIZERS } from "../plugins/optimizers/index.ts";
import { inferenceLevel, POOLINGS } from "../plugins/poolings/index.ts";
import { SCHEDULES } from "../plugins/schedules/index.ts";
import { TUNINGS } from "../plugins/tunings/index.ts";
import { type Level, MODALITY_OF } from "../task.ts";
import type { ModelCardSubject } from "./subject.ts";

/** How the model was trained, in words and setting by setting. */
export function configurationSection(subject: ModelCardSubject): string {
  const { experiment } = subject;
  const rows = [...methodRows(experiment), ...modelRows(subject), ...trainingRows(experiment)];
  const cells = rows.map(([setting, value]) => [setting, verbatim(value)]);
  return blocks("## Training", methodWords(experiment), table([{ title: "setting" }, { title: "value" }], cells));
}

const OUTPUTS: Record<Level, string> = {
  loss: "losses",
  probabilities: "vectors of probabilities",
  logits: "vectors of logits",
  features: "feature vectors",
};

function methodWords({ repeat, aggregate, inference, objective, consistency }: Experiment): string {
  const { k, noises, groupSize } = repeat;
  const noise = noises.length > 0 ? "with noise of its own" : "without noise, so that all passes were the same";
  const pooled = `the ${k} ${OUTPUTS[aggregate.level]} were pooled with f = ${aggregate.pooling.id}`;
  const end = aggregate.level === "loss" ? "into what training makes small" : "into the loss";
  const once = `Each training sample went through the model once a step (K = 1), ${noises.length > 0 ? "with noise" : "without noise"}, as in ordinary fine-tuning.`;
  const repeated = `Repeat and aggregate: each training sample went through the model K = ${k} times a step, each time ${noise}; ${pooled}, and the result went ${end} (${objectiveWords({ objective, consistency })}).`;
  const groups = `Training pooled groups of ${groupSize} samples of one class together.`;
  const level = inferenceLevel(aggregate.level);
  const predicts = `To predict, one clean pass does, or K′ = ${plural(inference.k, "noisy pass", "noisy passes")} pooled at the level ${level} with f′ = ${inference.pooling.id}. Both are reported.`;
  return [k === 1 ? once : repeated, ...(groupSize > 1 ? [groups] : []), predicts].join(" ");
}

type Row = [setting: string, value: string];

function methodRows(experiment: Experiment): Row[] {
  const { repeat, aggregate, inference } = experiment;
  const noises = repeat.noises.map((noise) => choiceWords(NOISES, noise)).join("; ");
  return [
    ["repeats K", String(repeat.k)],
    ["noises", noises || "none"],
    ...(isFrozen(experiment) && hasNoiseBelow(experiment)
      ? [["views in the bank", String(repeat.views)] satisfies Row]
      : []),
    ["group size", String(repeat.groupSize)],
    ["level", aggregate.level],
    ["pooling f", choiceWords(POOLINGS, aggregate.pooling)],
    ["inference K′", String(inference.k)],
    ["inference f′", choiceWords(POOLINGS, inference.pooling)],
    ["objective", objectiveWords(experiment)],
  ];
}

function modelRows({ experiment, trainableParameters, parameters }: ModelCardSubject): Row[] {
  const { backbone, tuning, head } = experiment;
  const frozen = isFrozen(experiment) ? " (the frozen encoder below not counted)" : "";
  return [
    ["backbone", choiceWords(BACKBONES, backbone)],
    ["tuning", choiceWords(TUNINGS, tuning)],
    ["head", head.hidden.length === 0 ? "linear" : `hidden layers ${head.hidden.join("-")}`],
    ["parameters", `${formatCount(trainableParameters)} trained of ${formatCount(parameters)}${frozen}`],
  ];
}

function trainingRows(experiment: Experiment): Row[] {
  const { optimizer, schedule, clipNorm, epochs, earlyStopping, batchSize, seed, data, task } = experiment;
  const patience = earlyStopping && plural(earlyStopping.patience, "epoch");
  return [
    ["optimizer", choiceWords(OPTIMIZERS, optimizer)],
    ["learning-rate schedule", choiceWords(SCHEDULES, schedule)],
    ["gradient clipped to norm", clipNorm === null ? "no" : formatNumber(clipNorm)],
    ["epochs", formatCount(epochs)],
    [
      "early stopping",
      patience ? `after ${patience} without a lower validation loss; the best epoch's weights are kept` : "no",
    ],
    ["batch size", formatCount(batchSize)],
    ["labels per class", data.labelsPerClass === null ? "all" : formatCount(data.labelsPerClass)],
    ["label noise", data.labelNoise === 0 ? "none" : formatPercent(data.labelNoise)],
    ...(MODALITY_OF[task] === "table" ? [["scaling of numbers", data.scaling] satisfies Row] : []),
    ["seed", String(seed)],
  ];
}
