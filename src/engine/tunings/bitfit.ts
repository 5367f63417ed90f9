import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import type { TuningBuild } from "./tuning.ts";

/** All biases, those of layer norms included (Ben Zaken et al. 2022, 2106.10199, section 3). */
export const bitfit: TuningBuild<TuningOf<"bitfit">> = { trains: (name) => name.endsWith(".bias") };
