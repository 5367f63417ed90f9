import type { ClassCount, DatasetSummary, Item } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import { checkClasses, sortClasses, warnOfLonely, warnOfUntrained } from "./classes.ts";
import { applyEdits } from "./edited.ts";
import { flipLabels } from "./label-noise.ts";
import type { ProblemList } from "./problems.ts";
import { type Splits, splitItems } from "./splits.ts";

/** Items with their classes and splits, whatever their inputs are. */
export interface Labelled {
  readonly classes: readonly string[];
  /** Class of each item as training sees it, some edited or flipped; 0 for items that take no part. */
  readonly labels: Int32Array;
  /** Class of each item as the files have it, or as it was edited. */
  readonly trueLabels: Int32Array;
  readonly splits: Splits;
  /** What an item is used for and as what. */
  readonly about: (item: number) => Pick<Item, "split" | "label" | "seenAs" | "edited">;
  readonly counts: Pick<DatasetSummary, "classes" | "train" | "validation" | "test" | "leftOut" | "flipped" | "edits">;
}

/**
 * Gives items their classes and splits, then applies the edits, then flips labels. Which labels are flipped is drawn over
 * the training items that the files have, so that an edit changes no other item's.
 * @param names label of each item; null for items that take no part
 * @param place file and column to name where something is wrong
 * @throws DataError where there are too few or too many classes, or nothing to train on
 */
export function labelAndSplit(
  names: readonly (string | null)[],
  roles: readonly Split[],
  experiment: Experiment,
  place: { readonly file: string; readonly column?: string },
  problems: ProblemList,
): Labelled {
  const { data, seed } = experiment;
  const classes = sortClasses(names.filter((name) => name !== null));
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const labels = Int32Array.from(names, (name) => (name === null ? -1 : (indexOf.get(name) as number)));
  const totals = new Array<number>(classes.length).fill(0);
  for (const label of labels) if (label >= 0) totals[label] = (totals[label] as number) + 1;
  checkClasses(classes, totals, place.file, place.column);
  const plan = { ...data.split, labelsPerClass: data.labelsPerClass, seed };
  const drawnSplits = splitItems(labels, roles, classes.length, plan);
  const drawn = { classes, labels, splits: drawnSplits, where: whereIn(drawnSplits, labels.length) };
  const edited = applyEdits(drawn, experiment, place.file);
  const where = whereIn(edited.splits, labels.length);
  const counts = countItems(classes, edited.labels, where);
  warnOfLonely(classes, totals, place.file, problems);
  warnOfUntrained(counts.classes, place, problems);
  const trueLabels = edited.labels.map((label) => Math.max(0, label));
  const noisy = flipLabels(trueLabels, drawnSplits.train, classes.length, data.labelNoise, seed);
  const flipped = noisy.flipped.filter((item) => !edited.isExcluded(item)).length;
  const nameOf = (all: Int32Array, item: number): string => classes[all[item] as number] as string;
  return {
    classes,
    labels: noisy.labels,
    trueLabels,
    splits: edited.splits,
    about: (item) => ({
      split: where(item),
      label: names[item] == null ? "" : nameOf(trueLabels, item),
      ...(noisy.labels[item] === trueLabels[item] ? {} : { seenAs: nameOf(noisy.labels, item) }),
      ...edited.about(item),
    }),
    counts: { ...counts, flipped, edits: edited.counts },
  };
}

/** Looks up which split an item is in. */
function whereIn(splits: Splits, count: number): (item: number) => Split | "left-out" {
  const numbers = splitNumbers(splits, count);
  return (item) => SPLITS[(numbers[item] ?? 0) - 1] ?? "left-out";
}

/** 1 + the index in SPLITS of each item; 0 where it is in none. */
function splitNumbers(splits: Splits, count: number): Uint8Array {
  const numbers = new Uint8Array(count);
  for (const [i, split] of SPLITS.entries()) for (const item of splits[split]) numbers[item] = i + 1;
  return numbers;
}

function countItems(
  classes: readonly string[],
  labels: Int32Array,
  where: (item: number) => Split | "left-out",
): Omit<Labelled["counts"], "flipped" | "edits"> {
  const each = classes.map((name): ClassCount => ({ name, train: 0, validation: 0, test: 0, leftOut: 0 }));
  const all = { train: 0, validation: 0, test: 0, leftOut: 0 };
  for (const [item, label] of labels.entries()) {
    const count = each[label];
    if (!count) continue;
    const split = where(item);
    const part = split === "left-out" ? "leftOut" : split;
    count[part] += 1;
    all[part] += 1;
  }
  return { classes: each, ...all };
}
