import type { ClassCount, EditCounts } from "../dataset.ts";
import { editedItems, numEdited } from "../edits.ts";
import type { Experiment } from "../experiment.ts";
import { formatCount, formatPercent, plural } from "../format.ts";
import { blocks, bullets, table, verbatim } from "../markdown.ts";
import type { RunRecord } from "../run-record.ts";
import { SAMPLE_PREFIX, SAMPLES } from "../samples.ts";
import { SPLITS, type Split } from "../task.ts";

/** Rows of a table of classes; what goes beyond stands in run.json. */
export const MAX_CLASS_ROWS = 100;

/** What the model was trained and tested on. */
export function dataSection({ dataset, experiment }: RunRecord): string {
  return blocks(
    "## Data",
    bullets([...sources(experiment), ...splitting(experiment, dataset), ...labels(experiment, dataset)]),
    classTable(dataset),
    `SHA-256 of the items and labels as they were read: \`${dataset.sha256}\`.`,
  );
}

/** The data of a model that was read from a file, of which only the names are known. */
export const namedData = (experiment: Experiment): string => blocks("## Data", bullets(sources(experiment)));

function sources({ data }: Experiment): string[] {
  const sample = SAMPLES.find(({ id }) => data.train === `${SAMPLE_PREFIX}${id}`);
  const columns = [
    ...(data.text === undefined ? [] : [`texts in the column ${verbatim(data.text)}`]),
    ...(data.label === undefined ? [] : [`labels in the column ${verbatim(data.label)}`]),
  ];
  const read = columns.length === 0 ? "" : `; ${columns.join(", ")}`;
  return [
    `Training: ${sample ? `the built-in sample ${sample.label}` : verbatim(data.train)}${read}.`,
    ...(sample ? [sample.summary, `Source and licence: ${sample.credit}`] : []),
    ...(data.validation === undefined ? [] : [`Validation: ${verbatim(data.validation)}.`]),
    ...(data.test === undefined ? [] : [`Test: ${verbatim(data.test)}.`]),
  ];
}

function splitting({ data, seed }: Experiment, dataset: RunRecord["dataset"]): string[] {
  const { train, validation, test } = dataset;
  const apart = (["validation", "test"] as const).filter((split) => data[split] === undefined && data.split[split] > 0);
  const shares = apart.map((split) => `${formatPercent(data.split[split])} for ${split}`).join(" and ");
  const how = data.split.stratify ? "at random within each class" : "at random";
  return [
    `Items: ${formatCount(train)} for training, ${formatCount(validation)} for validation, ${formatCount(test)} for test.`,
    ...(shares ? [`What the files do not set apart themselves was drawn ${how}, ${shares}, with seed ${seed}.`] : []),
  ];
}

function labels({ data }: Experiment, dataset: RunRecord["dataset"]): string[] {
  const { edits } = dataset;
  const excluded = Object.values(edits.excluded).reduce((sum, count) => sum + count, 0);
  const leftOut = dataset.classCounts.reduce((sum, count) => sum + count.leftOut, 0) - excluded;
  const { labelsPerClass, labelNoise } = data;
  return [
    ...(labelsPerClass === null
      ? []
      : [
          `At most ${plural(labelsPerClass, "label")} a class were used in training; ${plural(leftOut, "item")} beyond that took no part.`,
        ]),
    ...(numEdited(edits) === 0 ? [] : [editsSentence(edits)]),
    ...(labelNoise === 0
      ? []
      : [
          `Label noise on purpose: ${formatCount(dataset.flippedLabels)} of ${formatCount(dataset.train)} training labels (${formatPercent(labelNoise)} asked for) were flipped to another class. Validation and test labels are as the files have them.`,
        ]),
  ];
}

function editsSentence(edits: EditCounts): string {
  const words: Record<Split, string> = { train: "training", validation: "validation", test: "test" };
  const parts = (["relabelled", "excluded"] as const).flatMap((kind) =>
    SPLITS.filter((split) => edits[kind][split] > 0).map(
      (split) => `${plural(edits[kind][split], `${words[split]} item`)} ${kind}`,
    ),
  );
  const held = editedItems(edits);
  const other = held.validation + held.test > 0 ? " Scores on edited held-out items do not compare with others'." : "";
  return `Edited by hand: ${parts.join(", ")}; the experiment lists them by number.${other}`;
}

const SPLIT_COLUMNS: readonly [Split, string][] = [
  ["train", "training"],
  ["validation", "validation"],
  ["test", "test"],
];

function classTable({ classCounts }: RunRecord["dataset"]): string {
  const columns: [keyof Omit<ClassCount, "name">, string][] = [...SPLIT_COLUMNS];
  if (classCounts.some(({ leftOut }) => leftOut > 0)) columns.push(["leftOut", "left out"]);
  const more = classCounts.length - MAX_CLASS_ROWS;
  const rows = classCounts
    .slice(0, MAX_CLASS_ROWS)
    .map((count) => [verbatim(count.name), ...columns.map(([key]) => formatCount(count[key]))]);
  return blocks(
    table([{ title: "class" }, ...columns.map(([, title]) => ({ title, figures: true }))], rows),
    more > 0 ? `And ${plural(more, "class", "classes")} more, which run.json lists.` : null,
  );
}
