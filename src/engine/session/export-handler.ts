import { wholeModelRefusal } from "../../shared/whole-model.ts";
import type { TrainedModel } from "../export/trained-model.ts";
import { wholeModel } from "../export/whole-model.ts";
import { zipped } from "../export/zip.ts";
import type { ModelLibrary, TransformerChoice } from "../pretrained/library.ts";
import type { Handlers } from "./handlers.ts";

/**
 * How a session writes a model whole.
 * @param modelOf a run's model; throws an Error where there is none
 */
export const exportHandler = (
  library: ModelLibrary,
  modelOf: (runId: string) => Promise<TrainedModel>,
): Pick<Handlers, "model.export"> => ({
  "model.export": async ({ runId, card }, work) => {
    const model = await modelOf(runId);
    const refusal = wholeModelRefusal(model.experiment);
    if (refusal !== null) throw new Error(refusal);
    const base = await library.open(model.experiment.backbone as TransformerChoice, work);
    return { zip: await zipped(await wholeModel(model, base, card), "Writing the model", work) };
  },
});
