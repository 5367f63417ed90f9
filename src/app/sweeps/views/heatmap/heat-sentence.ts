import { type Group, METRICS, type MetricId } from "../../../../shared/sweep/results.ts";
import { configurationWords } from "../../../../shared/sweep/words.ts";
import { plural } from "../../../ui/format.ts";
import { bestOf, comparable } from "../../best.ts";
import { meanWords } from "../../words.ts";
import type { Heat } from "./heat.ts";

/** What the heatmap shows: its best cell, and how many seeds stand behind its figures. */
export function heatSentence({ rows }: Heat, groups: readonly Group[], id: MetricId): string {
  const shown = groups.filter((group) => group.mean[id] !== null);
  if (shown.length === 0) return "Mean and sd over the seeds appear here as runs end.";
  const best = bestOf(groups, id);
  const missing = groups.filter(({ finished, planned }) => finished < planned).length;
  const { seeds, left } = comparable(groups, id);
  const among = left > 0 ? ` of those with ${plural(seeds, "seed")}` : "";
  const spread =
    missing === 0
      ? seeds === 1
        ? " One seed each: no spread is known, and small differences are noise."
        : ` Mean ± sd over ${plural(seeds, "seed")}.`
      : ` ${plural(missing, "configuration still lacks", "configurations still lack")} seeds; its figure says how many it has.`;
  const several = rows.some(({ cells }) => cells.some((cell) => cell.groups.length > 1));
  const lead = best
    ? `${METRICS[id].better === "higher" ? "Highest" : "Lowest"} ${METRICS[id].label}${among}: ${meanWords(best, id)}, ${configurationWords(best.configuration)}.`
    : "";
  return `${lead}${spread}${several ? " A cell with several configurations shows their mean." : ""}`;
}
