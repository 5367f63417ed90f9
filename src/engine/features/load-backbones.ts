import type { ModelLibrary } from "../pretrained/library.ts";
import type { LoadBackbones } from "./backbones.ts";

/** Loads pretrained backbones: those that come with the studio are fetched from it, others are in the library. */
export const loadBackbones = (library: ModelLibrary): LoadBackbones => ({
  frozen: async ({ backbone }, work) => {
    switch (backbone.id) {
      case "use-lite":
        return (await import("../models/use-lite/use-lite.ts")).loadUseLite(work);
      case "mobilenet-v2":
        return (await import("../models/mobilenet-v2/backbone.ts")).loadMobilenet(backbone, work);
      case "transformer": {
        const loaded = await library.load(backbone, work);
        const { frozenTransformer } = await import("../models/transformer/frozen.ts");
        return () => frozenTransformer(loaded);
      }
      default:
        throw new Error(`The backbone "${backbone.id}" cannot be loaded.`);
    }
  },
  tunable: async ({ backbone }, work) => {
    switch (backbone.id) {
      case "transformer": {
        const loaded = await library.load(backbone, work);
        return (await import("../models/transformer/tunable.ts")).tunableTransformer(loaded);
      }
      default:
        throw new Error(`The backbone "${backbone.id}" cannot be tuned.`);
    }
  },
  identity: async ({ backbone }) => (backbone.id === "transformer" ? library.identity(backbone) : ""),
});
