import type { EditCounts } from "./dataset.ts";
import type { Edit, ExperimentFile } from "./experiment.ts";
import { SPLITS, type Split } from "./task.ts";

/** The edits of a file by item number. */
export const editsOf = (file: ExperimentFile): Readonly<Record<string, Edit>> => file.data.edits ?? {};

/** Gives an item another class than its file says. Nothing is changed: a new file is returned, as by all of these. */
export const relabel = (file: ExperimentFile, item: number, label: string): ExperimentFile =>
  withEdits(file, { [item]: { label } });

/** Lets an item take no part. */
export const exclude = (file: ExperimentFile, item: number): ExperimentFile =>
  withEdits(file, { [item]: { exclude: true } });

/** Lets an item be again what its file says. */
export function restore(file: ExperimentFile, item: number): ExperimentFile {
  const { [item]: old, ...edits } = editsOf(file);
  return old === undefined ? file : replaced(file, edits);
}

/** Lets every item be again what its file says. */
export const restoreAll = (file: ExperimentFile): ExperimentFile => replaced(file, {});

/** Adds edits; a later one of an item takes the place of an earlier one. */
export const withEdits = (file: ExperimentFile, edits: Readonly<Record<string, Edit>>): ExperimentFile =>
  replaced(file, { ...editsOf(file), ...edits });

function replaced(file: ExperimentFile, edits: Record<string, Edit>): ExperimentFile {
  const { edits: _, ...data } = file.data;
  return { ...file, data: Object.keys(edits).length === 0 ? data : { ...data, edits } };
}

/** Counts of no edits yet. */
export const noEdits = (): EditCounts => ({ relabelled: ofSplits(() => 0), excluded: ofSplits(() => 0) });

/** Edited items of each split, however they were edited. */
export const editedItems = ({ relabelled, excluded }: EditCounts): Record<Split, number> =>
  ofSplits((split) => relabelled[split] + excluded[split]);

/** Edited items of all splits together. */
export const numEdited = (counts: EditCounts): number =>
  Object.values(editedItems(counts)).reduce((sum, count) => sum + count, 0);

const ofSplits = (count: (split: Split) => number): Record<Split, number> =>
  Object.fromEntries(SPLITS.map((split) => [split, count(split)])) as Record<Split, number>;
