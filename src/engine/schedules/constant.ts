import type { ScheduleBuild } from "./schedule.ts";

/** 1. */
export const constant: ScheduleBuild = () => 1;
