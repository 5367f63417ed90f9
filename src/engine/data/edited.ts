import type { EditCounts, Item } from "../../shared/dataset.ts";
import { noEdits } from "../../shared/edits.ts";
import type { Edit, Experiment } from "../../shared/experiment.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import { refuse } from "./problems.ts";
import type { Splits } from "./splits.ts";

/** Items as the files have them: class of each, -1 for those that take no part, and the splits drawn from these. */
export interface Drawn {
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  readonly splits: Splits;
  readonly where: (item: number) => Split | "left-out";
}

export interface Edited {
  /** Class of each item after its edit. */
  readonly labels: Int32Array;
  /** The splits without the items that were excluded. */
  readonly splits: Splits;
  readonly isExcluded: (item: number) => boolean;
  readonly counts: EditCounts;
  /** What the file says of an item that is edited; nothing of any other. */
  readonly about: (item: number) => Pick<Item, "edited">;
}

/** True for items that an experiment's edits exclude. */
export const excludedBy =
  ({ data }: Pick<Experiment, "data">) =>
  (item: number): boolean =>
    "exclude" in (data.edits[item] ?? {});

/**
 * Applies the edits of an experiment to drawn splits: a relabelled item keeps its place, an excluded one leaves it, and
 * no other item moves. An item that is in no split stays out of all, and one without a label is not given one.
 * @throws DataError where an edit names an item or a class that is not there
 */
export function applyEdits(drawn: Drawn, experiment: Experiment, file: string): Edited {
  const { classes, labels, splits, where } = drawn;
  const isExcluded = excludedBy(experiment);
  const changed = labels.slice();
  const counts = noEdits();
  const edited = new Map<number, NonNullable<Item["edited"]>>();
  for (const [key, edit] of Object.entries(experiment.data.edits)) {
    const item = Number(key);
    checkEdit(key, edit, drawn, file);
    const label = labels[item] as number;
    const split = where(item);
    const to = "label" in edit ? classes.indexOf(edit.label) : label;
    if (label < 0 ? "label" in edit : "label" in edit && to === label) continue;
    changed[item] = to;
    edited.set(item, { label: classes[label] ?? "", split });
    if (split !== "left-out") counts["label" in edit ? "relabelled" : "excluded"][split] += 1;
  }
  const kept = (items: Int32Array): Int32Array => items.filter((item) => !isExcluded(item));
  const [train, validation, test] = SPLITS.map((split) => kept(splits[split])) as [Int32Array, Int32Array, Int32Array];
  return {
    labels: changed,
    splits: { train, validation, test },
    isExcluded,
    counts,
    about: (item) => {
      const said = edited.get(item);
      return said ? { edited: said } : {};
    },
  };
}

function checkEdit(key: string, edit: Edit, { classes, labels }: Drawn, file: string): void {
  const field = `data.edits.${key}`;
  if (Number(key) >= labels.length)
    refuse({
      file,
      message: `The experiment's ${field} names item ${key}, but the last of these data is ${labels.length - 1}.`,
      action: "Open the file that was edited, or take this edit out of the experiment.",
    });
  if ("exclude" in edit || classes.includes(edit.label)) return;
  const named = classes.slice(0, 10).map((name) => `"${name}"`);
  refuse({
    file,
    message: `The experiment's ${field} relabels item ${key} as "${edit.label}", which is no class of these data.`,
    action: `Choose ${named.join(", ")}${classes.length > named.length ? " or another of them" : ""}, or take the edit out.`,
  });
}
