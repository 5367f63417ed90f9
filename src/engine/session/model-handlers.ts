import type { ModelSummary } from "../../shared/protocol.ts";
import { loadModel, saveModel, type TrainedModel } from "../export/trained-model.ts";
import type { Backbones } from "../features/backbones.ts";
import type { Handlers } from "./handlers.ts";
import type { KnownModels } from "./known-models.ts";
import { listPredictions } from "./predictions.ts";
import { predictInput } from "./predictor.ts";

type ModelCall = "predict" | "predictions" | "save" | "load" | "describe" | "drop";

/** What calls about models need of the session. */
export interface ModelContext {
  readonly models: KnownModels;
  readonly backbones: Backbones;
  /** Makes a backend current where none is. */
  ready(): Promise<unknown>;
}

/** How a session answers calls about trained models and models from files. */
export const modelHandlers = ({ models, backbones, ready }: ModelContext): Pick<Handlers, `model.${ModelCall}`> => ({
  "model.predict": async ({ runId, input, draw }, work) => {
    await ready();
    return predictInput(await models.model(runId), input, draw, backbones, work);
  },

  "model.predictions": async ({ runId, split, query, limit, epoch }, work) => {
    const { dataset, said } = await models.heldOut(runId, split, epoch ?? null, work);
    return listPredictions(dataset, dataset.splits[split], said, query, limit);
  },

  "model.save": async ({ runId }) => {
    const model = await models.model(runId);
    return { bytes: saveModel(model), name: `${model.experiment.backbone.id}-${runId}.safetensors` };
  },

  "model.load": async ({ file, name, runId }) => {
    const model = loadModel(new Uint8Array(await (file as Blob).arrayBuffer()), name);
    models.archive.hold({ runId, model, record: null, dataset: null, heldOut: null, history: [] });
    return summarize(runId, model);
  },

  "model.describe": async ({ runId }) => summarize(runId, await models.model(runId)),

  "model.drop": async ({ runId }) => {
    models.archive.drop(runId);
    return null;
  },
});

function summarize(runId: string, { experiment, classes, input, params, pretrained }: TrainedModel): ModelSummary {
  const parameters = Object.values(params).reduce((sum, { values }) => sum + values.length, 0);
  return {
    runId,
    experiment,
    classes: [...classes],
    parameters,
    trainableParameters: parameters,
    columns:
      input.modality === "table"
        ? input.encoder.columns.map((column) => ({
            name: column.name,
            kind: column.kind,
            categories: column.kind === "categorical" ? column.categories : [],
            example: input.example[column.name] ?? "",
          }))
        : [],
    imageShape:
      input.modality === "image" ? { height: input.height, width: input.width, channels: input.channels } : null,
    pretrained,
  };
}
