import type { Item } from "../../shared/dataset.ts";
import { editsOf, exclude, relabel, restore } from "../../shared/edits.ts";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";

/** The class that the file gives an item. */
export const fileLabel = ({ label, edited }: Pick<Item, "label" | "edited">): string => edited?.label ?? label;

/** Gives an item a class; that of its file takes the edit back. Several choices in quick succession undo together. */
export const relabelItem = (item: Item, label: string): void =>
  useExperimentStore
    .getState()
    .update(
      (file) => (label === fileLabel(item) ? restore(file, item.id) : relabel(file, item.id, label)),
      `relabel ${item.id}`,
    );

export const excludeItem = ({ id }: Item): void => useExperimentStore.getState().update((file) => exclude(file, id));

export const restoreItem = ({ id }: Item): void => useExperimentStore.getState().update((file) => restore(file, id));

/** The edits as text, to be compared. */
export const editsText = (file: Pick<ExperimentFile, "data">): string =>
  JSON.stringify(Object.entries(editsOf(file as ExperimentFile)).sort(([a], [b]) => Number(a) - Number(b)));

/** True where the last change of the experiment was one of its edits, so that undoing takes it back. */
export const undoesEdit = ({ past, file }: { past: readonly ExperimentFile[]; file: ExperimentFile }): boolean => {
  const before = past.at(-1);
  return before !== undefined && editsText(before) !== editsText(file);
};
