import type { RunEntry } from "../../../shared/kept/run-entry.ts";
import { formatPercent, plural } from "../../ui/format.ts";
import { type RunGroup, summarize } from "./groups.ts";

const accuracyOf = ({ figures }: RunEntry): number | null => figures?.test?.accuracy ?? null;

/** How many runs are shown, and which run or group has the best test accuracy, with what stands behind that figure. */
export function tableSentence(
  all: readonly RunEntry[],
  found: readonly RunEntry[],
  groups: readonly RunGroup[] | null,
): string {
  const shown =
    found.length === all.length ? plural(all.length, "run") : `${found.length} of ${plural(all.length, "run")}`;
  const inGroups = groups ? ` in ${plural(groups.length, "group")}` : "";
  const scored = found.filter((run) => accuracyOf(run) !== null);
  if (scored.length < 2) return `${shown}${inGroups}.`;
  if (new Set(scored.map(({ figures }) => figures?.dataset.sha256)).size > 1)
    return `${shown}${inGroups}. They used different data: only scores with the same data hash can be compared.`;
  return `${shown}${inGroups}. ${groups ? bestGroup(groups) : bestRun(scored)}`;
}

function bestRun(scored: readonly RunEntry[]): string {
  const best = scored.reduce((a, b) => ((accuracyOf(b) ?? 0) > (accuracyOf(a) ?? 0) ? b : a));
  const top = accuracyOf(best) ?? 0;
  const items = best.figures?.dataset.test ?? 0;
  const alike = scored.filter((run) => accuracyOf(run) === top).length;
  const who = alike > 1 ? `${alike} runs share the best test accuracy` : `${best.name} has the best test accuracy`;
  return `${who}, ${formatPercent(top)} of ${plural(items, "item")}; the best of ${scored.length} is lucky, too: group by configuration to see means over seeds.`;
}

function bestGroup(groups: readonly RunGroup[]): string {
  const means = groups.flatMap((group) => {
    const summary = summarize(group.runs, accuracyOf);
    return summary ? [{ group, summary }] : [];
  });
  const [first] = means;
  if (!first) return "";
  const { group, summary } = means.reduce((a, b) => (b.summary.mean > a.summary.mean ? b : a), first);
  const spread = summary.sd === null ? "one seed" : `± ${(100 * summary.sd).toFixed(1)} over ${summary.seeds} seeds`;
  const counts = new Set(means.map(({ summary: { seeds } }) => seeds));
  const uneven = counts.size > 1 ? " Groups have unequal numbers of seeds." : "";
  return `“${group.label}” has the best mean test accuracy, ${formatPercent(summary.mean)} (${spread}).${uneven}`;
}
