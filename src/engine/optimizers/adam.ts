import type { OptimizerOf } from "../../shared/plugins/optimizers/index.ts";
import { adamCode, adamHyper, adamUpdate } from "./adam-update.ts";
import type { OptimizerBuild } from "./optimizer.ts";

/** Adam (Kingma and Ba 2015, 1412.6980, algorithm 1). */
export const adam: OptimizerBuild<OptimizerOf<"adam">> = {
  slots: ["m", "v"],
  update: (theta, slots, inputs) => adamUpdate(theta, slots, inputs),
  wgsl: { code: (parameters) => adamCode(parameters), hyper: adamHyper },
};
