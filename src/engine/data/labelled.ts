import type { ClassCount, DatasetSummary, Item } from "../../shared/dataset.ts";
import type { Experiment } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import { checkClasses, sortClasses, warnOfLonely, warnOfUntrained } from "./classes.ts";
import { flipLabels } from "./label-noise.ts";
import type { ProblemList } from "./problems.ts";
import { type Splits, splitItems } from "./splits.ts";

/** Items with their classes and splits, whatever their inputs are. */
export interface Labelled {
  readonly classes: readonly string[];
  /** Class of each item as training sees it, some flipped; 0 for items that take no part. */
  readonly labels: Int32Array;
  /** Class of each item as the files have it. */
  readonly trueLabels: Int32Array;
  /** The class that training sees in place of an item's own; nothing where that is its own. */
  readonly seenAs: (item: number) => Pick<Item, "seenAs">;
  readonly splits: Splits;
  readonly where: (item: number) => Split | "left-out";
  readonly counts: Pick<DatasetSummary, "classes" | "train" | "validation" | "test" | "leftOut" | "flipped">;
}

/**
 * Gives items their classes and splits.
 * @param names label of each item; null for items that take no part
 * @param place file and column to name where something is wrong
 * @throws DataError where there are too few or too many classes, or nothing to train on
 */
export function labelAndSplit(
  names: readonly (string | null)[],
  roles: readonly Split[],
  { data, seed }: Experiment,
  place: { readonly file: string; readonly column?: string },
  problems: ProblemList,
): Labelled {
  const classes = sortClasses(names.filter((name) => name !== null));
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const labels = Int32Array.from(names, (name) => (name === null ? -1 : (indexOf.get(name) as number)));
  const totals = new Array<number>(classes.length).fill(0);
  for (const label of labels) if (label >= 0) totals[label] = (totals[label] as number) + 1;
  checkClasses(classes, totals, place.file, place.column);
  const plan = { ...data.split, labelsPerClass: data.labelsPerClass, seed };
  const splits = splitItems(labels, roles, classes.length, plan);
  const where = splitNumbers(splits, labels.length);
  const counts = countItems(classes, labels, where);
  warnOfLonely(classes, totals, place.file, problems);
  warnOfUntrained(counts.classes, place, problems);
  const trueLabels = labels.map((label) => Math.max(0, label));
  const noisy = flipLabels(trueLabels, splits.train, classes.length, data.labelNoise, seed);
  return {
    classes,
    labels: noisy.labels,
    trueLabels,
    splits,
    seenAs: (item) =>
      noisy.labels[item] === trueLabels[item] ? {} : { seenAs: classes[noisy.labels[item] as number] as string },
    where: (item) => SPLITS[(where[item] ?? 0) - 1] ?? "left-out",
    counts: { ...counts, flipped: noisy.flipped.length },
  };
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
  where: Uint8Array,
): Omit<Labelled["counts"], "flipped"> {
  const each = classes.map((name): ClassCount => ({ name, train: 0, validation: 0, test: 0, leftOut: 0 }));
  const all = { train: 0, validation: 0, test: 0, leftOut: 0 };
  for (const [item, label] of labels.entries()) {
    const count = each[label];
    if (!count) continue;
    const part = SPLITS[(where[item] as number) - 1] ?? "leftOut";
    count[part] += 1;
    all[part] += 1;
  }
  return { classes: each, ...all };
}
