import type { ScheduleBuild } from "./schedule.ts";

/** 1 - done. */
export const linear: ScheduleBuild = (done) => 1 - done;
