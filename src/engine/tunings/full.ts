import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import type { TuningBuild } from "./tuning.ts";

/** All of theta. */
export const full: TuningBuild<TuningOf<"full">> = { trains: () => true };
