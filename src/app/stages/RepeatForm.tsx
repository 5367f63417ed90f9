import { BOUNDS } from "../../shared/experiment.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { plural } from "../ui/format.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { Cost } from "./Cost.tsx";
import { NoiseList } from "./NoiseList.tsx";
import { bankHint, repeatCost, usesViewBank } from "./repeat-cost.ts";
import { StageForm } from "./StageForm.tsx";

export function RepeatForm() {
  const experiment = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  const { k, noises, views, groupSize } = experiment.repeat;
  const seen = k === 1 ? "once" : `${k} times`;
  const noise = noises.length === 0 ? "always the same" : "each time with different noise";
  return (
    <StageForm title="Repeat" summary={`Each sample is seen ${seen} per step, ${noise}.`}>
      <NumberField
        label="Repeats K"
        path="repeat.k"
        value={k}
        {...BOUNDS.k}
        integer
        hint={repeatCost(experiment)}
        onChange={(value) => set("repeat.k", value)}
      />
      {k > 1 && noises.length === 0 && (
        <p className="remark warn">
          Without noise all {plural(k, "pass", "passes")} are equal: K only costs time. Add a noise.
        </p>
      )}
      <NoiseList experiment={experiment} />
      {usesViewBank(experiment) && (
        <NumberField
          label="Bank of views V"
          path="repeat.views"
          value={views}
          {...BOUNDS.views}
          integer
          hint={bankHint(experiment)}
          onChange={(value) => set("repeat.views", value)}
        />
      )}
      <fieldset>
        <legend>Across samples</legend>
        <NumberField
          label="Samples pooled together"
          path="repeat.groupSize"
          value={groupSize}
          {...BOUNDS.groupSize}
          integer
          hint={
            groupSize === 1
              ? "Each sample is pooled by itself."
              : `${groupSize} samples of one class form a group, and f pools all ${groupSize * k} of its outputs; in training only.`
          }
          onChange={(value) => set("repeat.groupSize", value)}
        />
      </fieldset>
      <Cost />
    </StageForm>
  );
}
