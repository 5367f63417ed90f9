import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import type { TuningBuild } from "./tuning.ts";

/** Nothing of the backbone: a linear probe, or an MLP on fixed features. */
export const headOnly: TuningBuild<TuningOf<"head-only">> = { trains: () => false };
