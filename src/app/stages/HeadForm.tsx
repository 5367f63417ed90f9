import { isFrozen } from "../../shared/noise-misfits.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { IntegersField } from "../ui/fields.tsx";
import { plural } from "../ui/format.ts";
import { StageForm } from "./StageForm.tsx";

export function HeadForm() {
  const experiment = useExperimentStore((state) => state.experiment);
  const { hidden } = experiment.head;
  const set = useExperimentStore((state) => state.set);
  const classes = useDataStore((state) => state.dataset?.classes.length);
  const outputs = classes === undefined ? "one output a class" : `${plural(classes, "class", "classes")}`;
  return (
    <StageForm title="Head" summary={`Turns the features into ${outputs}. It is always trained.`}>
      <IntegersField
        label="Hidden layers"
        path="head.hidden"
        value={hidden}
        max={4096}
        maxLength={8}
        hint={
          hidden.length === 0
            ? "None: a linear head. Widths such as 64, 32 make it an MLP."
            : `An MLP with ReLU: ${[...hidden, classes ?? "classes"].join(" → ")}.`
        }
        onChange={(value) => set("head.hidden", value)}
      />
      {hidden.length === 0 && isFrozen(experiment) && (
        <p className="remark">
          A linear head over frozen features is quick and hard to overfit. With few labels it is often the better one.
        </p>
      )}
    </StageForm>
  );
}
