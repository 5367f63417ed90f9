import { msLeft } from "../../shared/sweep/estimate.ts";
import { configurationWords, pointWords } from "../../shared/sweep/words.ts";
import { formatDuration, plural } from "../ui/format.ts";
import type { SweepReading } from "./use-sweep.ts";

/** How many points are through: trained, failed, stopped or taken out. */
export const doneCount = ({ plan, standing }: Pick<SweepReading, "plan" | "standing">): number =>
  plan.points.length - standing.toCome.length - (standing.going ? 1 : 0);

/** What a sweep is at, in a sentence or two. @param isDriven its runs are being trained here, one after another */
export function progressSentence(reading: SweepReading, isDriven: boolean): string {
  const { sweep, plan, standing } = reading;
  const count = `${doneCount(reading)} of ${plural(plan.points.length, "run")}`;
  const words = (point: SweepReading["plan"]["points"][number]): string =>
    pointWords(plan.configurations[point.configuration] as never, point);
  const toCome = standing.going ? [standing.going, ...standing.toCome] : standing.toCome;
  const ms = msLeft(toCome, standing.results, sweep.trainItems);
  const left = ms === null || toCome.length === 0 ? "" : ` About ${formatDuration(ms)} left.`;
  const failed = [...standing.results.values()].filter(({ status }) => status === "failed").length;
  const out = plan.points.filter(({ index }) => sweep.cancelled.includes(index) && !standing.results.has(index)).length;
  const remarks =
    (out > 0 ? ` ${plural(out, "run")} left out.` : "") + (failed > 0 ? ` ${plural(failed, "run")} failed.` : "");
  switch (sweep.status) {
    case "running":
      if (!isDriven && !standing.going)
        return `${count} done; it was cut off.${left}${remarks} Resume goes on with it.`;
      return `${count} done${standing.going ? `; training ${words(standing.going)}` : ""}.${left}${remarks}`;
    case "paused":
      return `${count} done; ${standing.going && isDriven ? "it holds when the run that is on has ended" : "it holds"}.${sweep.reason && ` ${sweep.reason}`}${left}${remarks}`;
    case "cancelled":
      return `Ended by hand after ${count}.${remarks}`;
    case "done":
      return sweep.reason
        ? `${sweep.reason} ${count} done.${remarks}`
        : `All ${plural(plan.points.length, "run")} are through.${remarks}`;
    default:
      return sweep.status satisfies never;
  }
}

/** What failed and why, one a line: the same reason once. */
export function failures({ plan, standing }: SweepReading): { reason: string; which: string }[] {
  const byReason = new Map<string, string[]>();
  for (const [index, { error }] of standing.results) {
    const point = plan.points[index];
    if (error === null || !point) continue;
    const configuration = plan.configurations[point.configuration];
    const which = `${configuration ? configurationWords(configuration) : ""}, seed ${point.seed}`;
    byReason.set(error, [...(byReason.get(error) ?? []), which]);
  }
  return [...byReason].map(([reason, which]) => ({ reason, which: which.join("; ") }));
}
