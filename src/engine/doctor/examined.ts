import type { Input } from "../../shared/dataset.ts";
import type { Finding, FoundItem } from "../../shared/examination.ts";
import { LISTED_ITEMS } from "../../shared/examination.ts";
import type { Edit, Experiment } from "../../shared/experiment.ts";
import { plural } from "../../shared/format.ts";
import { SPLITS, type Split } from "../../shared/task.ts";
import type { Dataset, Work } from "../data/dataset.ts";
import { inPieces, letMessagesIn } from "../data/in-pieces.ts";
import { isMissing } from "../data/tables/columns.ts";
import { pixelsOf } from "./image-likeness.ts";
import { cellsOf } from "./row-likeness.ts";

/** A data set as the examination looks at it. */
export interface Examined {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** Items of all three splits, in ascending order. */
  readonly items: Int32Array;
  /** A table's rows by item number; empty for other inputs. */
  readonly rows: readonly Input[];
  readonly splitOf: (item: number) => Split | null;
  readonly labelOf: (item: number) => string;
  /** True for an input that says nothing: no letter, no number, one colour throughout, no value. */
  readonly isBlank: (item: number) => boolean;
}

/** Grey levels within which an image counts as of one colour. */
const ONE_COLOUR = 2;
/** A letter, a number, or a picture such as an emoji. */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** @throws CancelledError */
export async function examinedOf(experiment: Experiment, dataset: Dataset, work: Work): Promise<Examined> {
  const { splits, classes, trueLabels, inputs } = dataset;
  const places = new Map<number, Split>();
  for (const split of SPLITS) for (const item of splits[split]) places.set(item, split);
  const items = Int32Array.from(places.keys()).sort();
  const rows: Input[] = [];
  if (inputs.modality === "table")
    for (const [i, item] of items.entries()) {
      if (i % 1024 === 0) await letMessagesIn(work);
      rows[item] = (await dataset.item(item)).input;
    }
  const blank = new Set<number>();
  const says = (item: number): boolean => {
    switch (inputs.modality) {
      case "text":
        return SAYS_SOMETHING.test(inputs.texts[item] ?? "");
      case "image":
        return spread(pixelsOf(inputs, item), inputs.channels) > ONE_COLOUR;
      case "table":
        return cellsOf(rows[item]).some((cell) => !isMissing(cell));
      default:
        return inputs satisfies never;
    }
  };
  await inPieces(items.length, work, (from, to) => {
    for (const item of items.subarray(from, to)) if (!says(item)) blank.add(item);
  });
  return {
    experiment,
    dataset,
    items,
    rows,
    splitOf: (item) => places.get(item) ?? null,
    labelOf: (item) => classes[trueLabels[item] as number] as string,
    isBlank: (item) => blank.has(item),
  };
}

/** The widest range of any channel over an image's pixels. */
function spread(pixels: Uint8Array, channels: number): number {
  let widest = 0;
  for (let c = 0; c < channels; c++) {
    let [least, most] = [255, 0];
    for (let at = c; at < pixels.length; at += channels) {
      const value = pixels[at] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    widest = Math.max(widest, most - least);
  }
  return widest;
}

const WORDS: Record<Split, string> = { train: "training", validation: "validation", test: "test" };

/** `3 training items and 1 test item`. */
export function inSplits(items: readonly number[], splitOf: Examined["splitOf"]): string {
  const parts = SPLITS.flatMap((split) => {
    const count = items.filter((item) => splitOf(item) === split).length;
    return count > 0 ? [plural(count, `${WORDS[split]} item`)] : [];
  });
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "no item");
}

/** Items of each label, in the order in which the labels come up. */
export function byLabel(items: readonly number[], labelOf: Examined["labelOf"]): number[][] {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const group = groups.get(labelOf(item));
    if (group) group.push(item);
    else groups.set(labelOf(item), [item]);
  }
  return [...groups.values()];
}

export const exclusions = (items: readonly number[]): Record<string, Edit> =>
  Object.fromEntries(items.map((item) => [item, { exclude: true as const }]));

/** What a repair that takes training items away leaves too little of; "" where every class keeps some. */
export function emptied(items: readonly number[], { dataset }: Examined): string {
  const { splits, classes, trueLabels } = dataset;
  const gone = new Set(items);
  const left = classes.map(() => 0);
  const before = classes.map(() => 0);
  for (const item of splits.train) {
    const label = trueLabels[item] as number;
    before[label] = (before[label] as number) + 1;
    if (!gone.has(item)) left[label] = (left[label] as number) + 1;
  }
  const empty = classes.filter((_, c) => (before[c] as number) > 0 && left[c] === 0).map((name) => `"${name}"`);
  return empty.length === 0 ? "" : ` Nothing would be left to train ${empty.slice(0, 5).join(", ")} on.`;
}

/** The first items that a finding lists, groups whole but for the last. */
export const listed = (items: readonly FoundItem[]): Pick<Finding, "items" | "total"> => ({
  items: items.slice(0, LISTED_ITEMS),
  total: items.length,
});
