import { formatCount, formatPercent, plural } from "../format.ts";
import { blocks, bullets, verbatim } from "../markdown.ts";
import type { RunRecord } from "../run-record.ts";
import { keptEpoch } from "./held-out.ts";
import { intervalWords } from "./report-section.ts";
import { languageNames, type ModelCardSubject, pretrainedPart } from "./subject.ts";

/** Below so many items of a class in a split its scores say little. */
const SMALL_CLASS = 10;
const NAMED_SMALL = 10;

/** What the figures do not show and the model cannot do. */
export function limitsSection(subject: ModelCardSubject): string {
  const { record } = subject;
  const ofRun = record
    ? [...endLimits(record), ...heldOutLimits(record), ...dataLimits(record), ...seedLimits(record)]
    : ["Nothing is known here of the data it was trained on, nor how well it does: its file does not say."];
  return blocks(
    "## Limits",
    bullets([
      ...ofRun,
      ...lineageLimits(subject),
      "It was not examined for bias between groups of people, nor against inputs made to mislead it. Nothing is claimed beyond the data above.",
    ]),
  );
}

function endLimits(record: RunRecord): string[] {
  const { status, stoppedEarly, experiment, epochs, steps } = record;
  const kept = keptEpoch(record);
  const planned = formatCount(experiment.epochs);
  if (status === "failed") return ["The run failed before its end."];
  if (status === "stopped")
    return [
      `Training was stopped by hand after ${plural(steps.length, "step")}, with ${epochs.length} of ${planned} epochs whole.`,
    ];
  if (stoppedEarly)
    return [
      `Training stopped early, after ${epochs.length} of ${planned} epochs: the validation loss had not fallen for ${plural(experiment.earlyStopping?.patience ?? 0, "epoch")}. The weights are those of epoch ${kept?.epoch}, so that the validation figures are chosen as well and flatter.`,
    ];
  return [];
}

function heldOutLimits({ test, dataset }: RunRecord): string[] {
  if (test)
    return [
      `With ${plural(dataset.test, "test item")} the accuracy of one clean pass is uncertain: 95% interval ${intervalWords(test.confusionMatrix)}. It holds for items drawn as these were, and not for others.`,
      "The test set was used once in this run. Whoever compared several runs by it and took the best has a figure that flatters.",
    ];
  return dataset.validation > 0
    ? [
        "Without a test set only validation figures are known; where settings or the end of training were chosen by them, they flatter.",
      ]
    : ["Without held-out items it is not known whether it learned anything but its training items."];
}

function dataLimits({ dataset, experiment }: RunRecord): string[] {
  const { flippedLabels, duplicatesBetweenSplits: duplicates, classCounts } = dataset;
  const few = classCounts.filter(({ train }) => train < SMALL_CLASS);
  const fewTested = dataset.test === 0 ? [] : classCounts.filter(({ test }) => test < SMALL_CLASS);
  return [
    ...small(few, `fewer than ${SMALL_CLASS} training items`),
    ...small(fewTested, `fewer than ${SMALL_CLASS} test items, so that their scores say little`),
    ...(flippedLabels > 0
      ? [
          `${formatCount(flippedLabels)} training labels are wrong on purpose (label noise ${formatPercent(experiment.data.labelNoise)}).`,
        ]
      : []),
    ...(duplicates > 0
      ? [
          `${plural(duplicates, "pair")} of equal inputs stand in training and in a held-out set: the scores flatter by that.`,
        ]
      : []),
  ];
}

function small(classes: readonly { readonly name: string }[], what: string): string[] {
  if (classes.length === 0) return [];
  const names = classes.slice(0, NAMED_SMALL).map(({ name }) => verbatim(name));
  const more = classes.length > NAMED_SMALL ? ` and ${classes.length - NAMED_SMALL} more` : "";
  return [`${plural(classes.length, "class has", "classes have")} ${what}: ${names.join(", ")}${more}.`];
}

const seedLimits = ({ experiment }: RunRecord): string[] => [
  `One run with one seed (${experiment.seed}): how far its figures move with the seed is not known.`,
  ...(experiment.repeat.k === 1
    ? []
    : [
        "Nothing here says that repeating or pooling helped: that takes the same run with K = 1, and several seeds of both.",
      ]),
];

function lineageLimits(subject: ModelCardSubject): string[] {
  const part = pretrainedPart(subject);
  if (!part) return [];
  const languages = verbatim(languageNames(part.languages));
  return [
    ...(part.languages.length > 0
      ? [`Its pretrained part reads ${languages}; of other languages it knows little or nothing.`]
      : []),
    "It inherits what its pretrained part has learned, and what that never saw (see its lineage).",
  ];
}
