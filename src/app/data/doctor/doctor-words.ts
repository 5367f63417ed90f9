import type { Examination, Suspects } from "../../../shared/examination.ts";
import type { CostEstimate } from "../../../shared/protocol.ts";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatPercent,
  plural,
} from "../../ui/format.ts";

/** What an examination came to, in one sentence. */
export function examinationSentence({ items, findings }: Examination): string {
  if (findings.length === 0) return `Nothing found among ${plural(items, "item")}.`;
  const grave = findings.filter(({ severity }) => severity !== "note").length;
  const notes = findings.length - grave;
  const parts = [
    ...(grave > 0 ? [plural(grave, "thing to look at", "things to look at")] : []),
    ...(notes > 0 ? [plural(notes, "remark")] : []),
  ];
  return `${parts.join(" and ")} among ${plural(items, "item")}.`;
}

export const costSentence = ({ totalMs, bytes, steps }: CostEstimate): string =>
  `A run would take about ${totalMs < 10_000 ? formatMilliseconds(totalMs) : formatDuration(totalMs)} for ${plural(steps, "step")} and ${formatBytes(bytes)} of memory, by a few steps that were timed.`;

/** What the search for label errors came to. */
export function suspectsSentence({ items, folds, accuracy, total }: Suspects): string {
  const way = `Each of ${formatCount(items)} items was judged by a model that had not seen it (${folds} folds, ${formatPercent(accuracy)} agree with their labels)`;
  if (total === 0) return `${way}. No label is doubted.`;
  return `${way}. ${plural(total, "label is", "labels are")} doubted, the most doubtful first: some are wrong, others only hard.`;
}
