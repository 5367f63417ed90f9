import type { Work } from "../data/dataset.ts";
import type { LoadTunable } from "./backbones.ts";
import { fetchedOnce } from "./fetched-once.ts";
import type { LoadFrozen } from "./frozen-features.ts";

const universalSentenceEncoder = fetchedOnce(async (work) => {
  const { fetchUseLite } = await import("../models/use-lite/files.ts");
  return fetchUseLite((url, options) => fetch(url, options), work);
});
const mobilenet = fetchedOnce(async (work: Work) =>
  (await import("../models/mobilenet-v2/download.ts")).downloadWeights(work),
);

/** Loads the frozen backbone of an experiment, fetching its weights where they are not there yet. */
export const loadFrozen: LoadFrozen = async ({ backbone }, work) => {
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
    default:
      throw new Error(`The backbone "${backbone.id}" cannot be loaded.`);
  }
};

/** Loads the backbone of an experiment to be tuned, fetching its weights where they are not there yet. */
export const loadTunable: LoadTunable = async ({ backbone }, work) => {
  switch (backbone.id) {
    case "use-lite":
      return (await import("../models/use-lite/tunable.ts")).tunableUseLite(await universalSentenceEncoder(work));
    case "mobilenet-v2":
      return (await import("../models/mobilenet-v2/tunable.ts")).tunableMobilenet(backbone, await mobilenet(work));
    default:
      throw new Error(`The backbone "${backbone.id}" cannot be tuned.`);
  }
};
