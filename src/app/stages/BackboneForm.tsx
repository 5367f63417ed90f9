import { BACKBONES } from "../../shared/plugins/backbones/index.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { TUNINGS } from "../../shared/plugins/tunings/index.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { LockGroup } from "../ui/Lock.tsx";
import { ChoiceField } from "./ChoiceField.tsx";
import { LayerRates } from "./LayerRates.tsx";
import { originalExample } from "./original-example.ts";
import type { AnyChoice } from "./ParameterFields.tsx";
import { PretrainedForm } from "./pretrained/PretrainedForm.tsx";
import { TuningCosts } from "./pretrained/TuningCosts.tsx";
import { StageForm } from "./StageForm.tsx";
import { TuningRate } from "./TuningRate.tsx";

/** Parameters that stand beside the model they are of. */
const OF_THE_MODEL = ["source", "revision", "maxTokens"];
const READS = { table: "tables", text: "text", image: "images" } as const;

/** What the preset sets; where a lesson locks one of them, it cannot be had whole. */
const PRESET_NAMES = [
  "backbone",
  "head.hidden",
  "repeat.k",
  "aggregate.level",
  "objective",
  "optimizer",
  "schedule",
  "epochs",
  "batchSize",
];

export function BackboneForm() {
  const experiment = useExperimentStore((state) => state.experiment);
  const { task, backbone, tuning } = experiment;
  const update = useExperimentStore((state) => state.update);
  const set = useExperimentStore((state) => state.set);
  const modality = MODALITY_OF[task];
  const card = cardById(BACKBONES, backbone.id);
  const change = (choice: { id: string }) =>
    update((file) => {
      const { tuning: _follows, layerDecay: _ofLayers, ...rest } = file;
      return { ...rest, backbone: choice } as typeof file;
    }, `backbone ${choice.id}`);
  /** A backbone that is frozen again has no rates of its own. */
  const tune = (choice: AnyChoice) =>
    update((file) => {
      const { layerDecay, ...rest } = file;
      const rates = layerDecay === undefined || choice.id === "head-only" ? {} : { layerDecay };
      return { ...rest, ...rates, tuning: choice } as typeof file;
    }, "tuning");

  return (
    <StageForm title="Backbone" summary="Turns an input into a vector of features.">
      <ChoiceField
        label="Backbone"
        path="backbone"
        cards={BACKBONES}
        choice={backbone}
        without={OF_THE_MODEL}
        refusal={({ id }) => {
          const { modalities } = cardById(BACKBONES, id as typeof backbone.id);
          if (modalities.includes(modality as never)) return null;
          return `reads ${modalities.map((m) => READS[m]).join(" and ")}, not ${READS[modality]}`;
        }}
        onChange={change}
      />
      {backbone.id === "transformer" && (
        <PretrainedForm
          choice={backbone}
          readsText={modality === "text"}
          onChange={(choice) => set("backbone", choice)}
        />
      )}
      <ChoiceField
        label="Tuning"
        path="tuning"
        cards={TUNINGS}
        choice={tuning}
        refusal={({ id }) => (card.tunings.includes(id as never) ? null : `not for ${card.label}`)}
        onChange={tune}
      />
      <TuningCosts experiment={experiment} />
      <LayerRates />
      <TuningRate />
      {card.pretrained && card.pretrained !== "by-name" && (
        <details className="lineage">
          <summary>Where these weights come from</summary>
          <p>{card.pretrained.lineage}</p>
          <p>
            Licence {card.pretrained.licence}; {card.pretrained.megabytes} MB are loaded the first time.
          </p>
        </details>
      )}
      {modality === "image" && (
        <LockGroup names={PRESET_NAMES} says={false}>
          <div className="preset">
            <button type="button" onClick={() => update(originalExample)}>
              Original example
            </button>
            <p className="hint">
              The method's first model: small CNN, 28-pixel images, SGD 0.001 with momentum 0.9, batch 32, 10 epochs, K
              = 10, mean. Your data and noise stay.
            </p>
          </div>
        </LockGroup>
      )}
    </StageForm>
  );
}
