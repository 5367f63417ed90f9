import type { LoadTunable } from "./backbones.ts";
import type { LoadFrozen } from "./frozen-features.ts";

/** Loads the frozen backbone of an experiment, fetching its weights where they are not there yet. */
export const loadFrozen: LoadFrozen = async ({ backbone }, work) => {
  switch (backbone.id) {
    case "use-lite":
      return (await import("../models/use-lite/use-lite.ts")).loadUseLite(work);
    case "mobilenet-v2":
      return (await import("../models/mobilenet-v2/backbone.ts")).loadMobilenet(backbone, work);
    default:
      throw new Error(`The backbone "${backbone.id}" cannot be loaded.`);
  }
};

/** Loads the backbone of an experiment to be tuned, fetching its weights where they are not there yet. */
export const loadTunable: LoadTunable = async ({ backbone }) => {
  throw new Error(`The backbone "${backbone.id}" cannot be tuned.`);
};
