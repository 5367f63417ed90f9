import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import { depthOf } from "../models/transformer/shapes.ts";
import type { TuningBuild } from "./tuning.ts";

/** The last n of L blocks, and what lies above them all: a final layer norm, a pooler. */
export const lastN: TuningBuild<TuningOf<"last-n">> = {
  trains: (name, config, { blocks }) => {
    const depth = depthOf(name, config);
    return depth > 0 && depth > config.layers - blocks;
  },
};
