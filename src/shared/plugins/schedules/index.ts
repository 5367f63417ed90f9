import type { Choice } from "../card.ts";
import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { linear } from "./linear.ts";

/** Every learning-rate schedule, in the order in which the page offers them. */
export const SCHEDULES = [constant, linear, cosine] as const;
export type Schedule = Choice<(typeof SCHEDULES)[number]>;
export type ScheduleId = Schedule["id"];
