import type { TuningOf } from "../../shared/plugins/tunings/index.ts";
import type { TuningBuild } from "./tuning.ts";

/** Weight and bias of every layer norm (Zhao et al. 2023, 2312.11420). */
export const layerNorm: TuningBuild<TuningOf<"layer-norm">> = {
  trains: (name) => /\.norm\.(weight|bias)$/.test(name),
};
