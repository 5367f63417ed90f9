import type { ScheduleBuild } from "./schedule.ts";

/** (1 + cos(pi done)) / 2 (Loshchilov and Hutter 2017, 1608.03983, equation 5, without restarts). */
export const cosine: ScheduleBuild = (done) => (1 + Math.cos(Math.PI * done)) / 2;
