import type { Schedule, ScheduleId } from "../../shared/plugins/schedules/index.ts";
import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { linear } from "./linear.ts";
import type { ScheduleBuild } from "./schedule.ts";

/** The build of every schedule card. */
const BUILDS: { readonly [Id in ScheduleId]: ScheduleBuild } = { constant, linear, cosine };

/**
 * Share of the learning rate at a step: it rises linearly over the warm-up, then follows the schedule.
 * @param step counts from 1
 */
export function scheduleFactor(schedule: Schedule, step: number, totalSteps: number): number {
  const warmup = Math.round(schedule.warmup * totalSteps);
  if (step <= warmup) return step / (warmup + 1);
  return BUILDS[schedule.id]((step - 1 - warmup) / Math.max(1, totalSteps - warmup));
}
