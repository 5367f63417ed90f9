import type { Finding } from "../../shared/examination.ts";
import { plural } from "../../shared/format.ts";
import { type Examined, exclusions, inSplits, listed } from "./examined.ts";

const WHAT = {
  text: "no letter and no number",
  image: "one colour throughout",
  table: "no value",
} as const;

/** Items that say nothing. */
export function blankFinding({ items, isBlank, splitOf, dataset }: Examined): Finding | null {
  const blank = Array.from(items).filter(isBlank);
  if (blank.length === 0) return null;
  const where = inSplits(blank, splitOf);
  return {
    kind: "blank",
    severity: "warning",
    sentence: `${where[0]?.toUpperCase()}${where.slice(1)} ${blank.length === 1 ? "is" : "are"} empty: ${WHAT[dataset.inputs.modality]}. There is nothing to learn from ${blank.length === 1 ? "it" : "them"}.`,
    ...listed(blank.map((item) => ({ item, group: item, note: "empty" }))),
    repairs: [
      {
        label: `Exclude ${plural(blank.length, "item")}`,
        sentence: `Excludes ${where}.`,
        edits: exclusions(blank),
        fields: [],
      },
    ],
  };
}

/** Items that keep the data from being used at all. */
export function unreadableFinding(unusable: readonly number[]): Finding | null {
  if (unusable.length === 0) return null;
  return {
    kind: "unreadable",
    severity: "error",
    sentence: `${plural(unusable.length, "item is empty or", "items are empty or")} cannot be read, so that training cannot begin.`,
    ...listed(unusable.map((item) => ({ item, group: item, note: "cannot be read" }))),
    repairs: [
      {
        label: `Exclude ${plural(unusable.length, "item")}`,
        sentence: `Excludes ${plural(unusable.length, "item")}; the rest is used as if ${unusable.length === 1 ? "it were" : "they were"} not there.`,
        edits: exclusions(unusable),
        fields: [],
      },
    ],
  };
}
