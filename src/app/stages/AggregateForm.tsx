import { BOUNDS } from "../../shared/experiment.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { consistencyMisfit } from "../../shared/plugins/consistencies/index.ts";
import { inferenceLevel, POOLINGS, type PoolingId, poolingMisfit } from "../../shared/plugins/poolings/index.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { CheckField, SelectField } from "../ui/fields.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { ChoiceField } from "./ChoiceField.tsx";
import { StageForm } from "./StageForm.tsx";

const LEVEL_WORDS: Record<Level, { label: string; hint: string }> = {
  loss: {
    label: "Loss",
    hint: "f over the K losses: with the mean, ordinary augmentation; with max, the hardest pass.",
  },
  probabilities: { label: "Probabilities", hint: "The loss of f over the K softmax outputs, as an ensemble votes." },
  logits: { label: "Logits", hint: "The loss of f over the K outputs before the softmax." },
  features: { label: "Features", hint: "The head sees f over the K feature vectors, and runs once." },
};

export function AggregateForm() {
  const { aggregate, inference, repeat, consistency } = useExperimentStore((state) => state.experiment);
  const file = useExperimentStore((state) => state.file);
  const set = useExperimentStore((state) => state.set);
  const { level, pooling } = aggregate;
  const own = file.inference?.k !== undefined || file.inference?.pooling !== undefined;
  const convex = cardById(POOLINGS, pooling.id).convex;
  const takeOver = (separate: boolean) =>
    set("inference", separate ? { k: inference.k, pooling: inference.pooling } : undefined);

  return (
    <StageForm title="Aggregate" summary={`Makes one of the ${repeat.k} outputs of a sample.`}>
      <SelectField
        label="Level"
        path="aggregate.level"
        value={level}
        options={LEVELS.map((value) => ({
          value,
          label: LEVEL_WORDS[value].label,
          refusal: poolingMisfit(pooling.id, value) ?? (consistency && consistencyMisfit(value)),
        }))}
        hint={LEVEL_WORDS[level].hint}
        onChange={(value) => set("aggregate.level", value)}
      />
      <ChoiceField
        label="Pooling f"
        path="aggregate.pooling"
        cards={POOLINGS}
        choice={pooling}
        refusal={(card) => poolingMisfit(card.id as PoolingId, level)}
        onChange={(choice) => set("aggregate.pooling", choice)}
      />
      {level === "probabilities" && !convex && (
        <p className="remark">Pooled by {pooling.id}, probabilities no longer sum to 1: they are renormalised.</p>
      )}
      <fieldset>
        <legend>At test time</legend>
        <CheckField
          label="Settings of its own"
          path="inference"
          checked={own}
          hint={`Training with f changes what one clean pass means, so the report always gives both: one clean pass, and ${inference.k} passes pooled by ${inference.pooling.id}.`}
          onChange={takeOver}
        />
        {own && (
          <>
            <NumberField
              label="Repeats K′"
              path="inference.k"
              value={inference.k}
              {...BOUNDS.k}
              integer
              onChange={(value) => set("inference.k", value)}
            />
            <ChoiceField
              label="Pooling f′"
              path="inference.pooling"
              cards={POOLINGS}
              choice={inference.pooling}
              refusal={(card) => poolingMisfit(card.id as PoolingId, inferenceLevel(level))}
              onChange={(choice) => set("inference.pooling", choice)}
            />
          </>
        )}
      </fieldset>
    </StageForm>
  );
}
