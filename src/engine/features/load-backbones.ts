import type { Experiment } from "../../shared/experiment.ts";
import type { Backbone } from "../../shared/plugins/backbones/index.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import type { Work } from "../data/dataset.ts";
import { ModelFileError } from "../errors.ts";
import type { LoadedTransformer } from "../models/transformer/loaded.ts";
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

/** @throws ModelFileError where a model by name reads other inputs than the task has */
async function loadNamed(
  library: ModelLibrary,
  { backbone, task }: Experiment,
  work: Work,
): Promise<LoadedTransformer> {
  const choice = backbone as Extract<Backbone, { id: "transformer" }>;
  const loaded = await library.load(choice, work);
  const reads = loaded.config.input.modality;
  const has = MODALITY_OF[task];
  if (reads === has) return loaded;
  const message = `This model reads ${reads}, but the data are ${has === "image" ? "images" : has}.`;
  throw new ModelFileError(choice.source, "unsupported", message, "Choose another model in the stage Backbone.");
}

/** Loads pretrained backbones: those that come with the studio are fetched from it, others are in the library. */
export const loadBackbones = (library: ModelLibrary): LoadBackbones => ({
  frozen: async (experiment, work) => {
    const { backbone } = experiment;
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
        const loaded = await loadNamed(library, experiment, work);
        const { frozenTransformer } = await import("../models/transformer/frozen.ts");
        return () => frozenTransformer(loaded);
      }
      default:
        throw new Error(`The backbone "${backbone.id}" cannot be loaded.`);
    }
  },
  tunable: async (experiment, work) => {
    const { backbone } = experiment;
    switch (backbone.id) {
      case "use-lite":
        return (await import("../models/use-lite/tunable.ts")).tunableUseLite(await universalSentenceEncoder(work));
      case "mobilenet-v2":
        return (await import("../models/mobilenet-v2/tunable.ts")).tunableMobilenet(backbone, await mobilenet(work));
      case "transformer": {
        const loaded = await loadNamed(library, experiment, work);
        return (await import("../models/transformer/tunable.ts")).tunableTransformer(loaded);
      }
      default:
        throw new Error(`The backbone "${backbone.id}" cannot be tuned.`);
    }
  },
  describe: async ({ backbone }) => (backbone.id === "transformer" ? library.describe(backbone) : null),
  identity: async ({ backbone }) => (backbone.id === "transformer" ? library.identity(backbone) : ""),
});
