import type { ModelLibrary } from "../pretrained/library.ts";
import type { LoadBackbones } from "./backbones.ts";
import { fetchedOnce } from "./fetched-once.ts";

const universalSentenceEncoder = fetchedOnce(async (work) => {
  const { fetchUseLite } = await import("../models/use-lite/files.ts");
  return fetchUseLite((url, options) => fetch(url, options), work);
});
const mobilenet = fetchedOnce(async (work) =>
  (await import("../models/mobilenet-v2/download.ts")).downloadWeights(work),
);

/** Loads pretrained backbones: those that come with the studio are fetched from it, others are in the library. */
export const loadBackbones = (library: ModelLibrary): LoadBackbones => ({
  frozen: async ({ backbone }, work) => {
    switch (backbone.id) {
      case "use-lite": {
        const { frozenUseLite } = await import("../models/use-lite/use-lite.ts");
        const files = await universalSentenceEncoder(work);
        return () => frozenUseLite(files);
      }
      case "mobilenet-v2": {
        const { mobilenetBackbone } = await import("../models/mobilenet-v2/backbone.ts");
        const weights = await mobilenet(work);
        return () => mobilenetBackbone(backbone, weights);
      }
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
      case "use-lite":
        return (await import("../models/use-lite/tunable.ts")).tunableUseLite(await universalSentenceEncoder(work));
      case "mobilenet-v2":
        return (await import("../models/mobilenet-v2/tunable.ts")).tunableMobilenet(backbone, await mobilenet(work));
      case "transformer": {
        const loaded = await library.load(backbone, work);
        return (await import("../models/transformer/tunable.ts")).tunableTransformer(loaded);
      }
      default:
        throw new Error(`The backbone "${backbone.id}" cannot be tuned.`);
    }
  },
  describe: async ({ backbone }) => (backbone.id === "transformer" ? library.describe(backbone) : null),
  identity: async ({ backbone }) => (backbone.id === "transformer" ? library.identity(backbone) : ""),
});
