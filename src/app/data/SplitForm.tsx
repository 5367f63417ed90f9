import { BOUNDS, largestImageSide, SCALINGS } from "../../shared/experiment.ts";
import { MODALITY_OF } from "../../shared/task.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { CheckField, SelectField } from "../ui/fields.tsx";
import { plural } from "../ui/format.ts";
import { NumberField } from "../ui/NumberField.tsx";

const SCALING_LABELS: Record<(typeof SCALINGS)[number], string> = {
  standard: "mean 0, deviation 1",
  range: "0 to 1",
  none: "as they are",
};

/** How the items are parted, how many labels may be used, and how many of them are made wrong. */
export function SplitForm() {
  const experiment = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  const smallest = useDataStore((state) =>
    Math.min(...(state.dataset?.classes.map(({ train, leftOut }) => train + leftOut) ?? [])),
  );
  const flipped = useDataStore((state) => state.dataset?.flipped ?? 0);
  const { split, labelsPerClass, labelNoise, scaling, imageSide, validation, test } = experiment.data;
  const modality = MODALITY_OF[experiment.task];
  const few = labelsPerClass !== null;
  return (
    <fieldset>
      <legend>Split</legend>
      {validation === undefined && (
        <NumberField
          label="Validation share"
          path="data.split.validation"
          value={split.validation}
          {...BOUNDS.fraction}
          step={0.05}
          onChange={(value) => set("data.split.validation", value)}
        />
      )}
      {test === undefined && (
        <NumberField
          label="Test share"
          path="data.split.test"
          value={split.test}
          {...BOUNDS.fraction}
          step={0.05}
          onChange={(value) => set("data.split.test", value)}
        />
      )}
      <CheckField
        label="Every class alike (stratified)"
        path="data.split.stratify"
        checked={split.stratify}
        onChange={(value) => set("data.split.stratify", value)}
      />
      <CheckField
        label="Use only a few labels of each class"
        path="data.labelsPerClass"
        checked={few}
        hint={few ? "What is left out is used nowhere." : undefined}
        onChange={(value) => set("data.labelsPerClass", value ? Math.min(10, smallest) : undefined)}
      />
      {few && (
        <NumberField
          label="Labels per class"
          path="data.labelsPerClass"
          value={labelsPerClass}
          {...BOUNDS.labelsPerClass}
          integer
          slider={false}
          onChange={(value) => set("data.labelsPerClass", value)}
        />
      )}
      <NumberField
        label="Wrong labels, share of training"
        path="data.labelNoise"
        value={labelNoise}
        {...BOUNDS.labelNoise}
        step={0.01}
        hint={
          flipped === 0
            ? "Flip a share of the training labels, to see what noise in labels does."
            : `${plural(flipped, "training label is", "training labels are")} flipped to another class; validation and test stay true.`
        }
        onChange={(value) => set("data.labelNoise", value)}
      />
      {modality === "table" && (
        <SelectField
          label="Scale numbers to"
          path="data.scaling"
          value={scaling}
          options={SCALINGS.map((value) => ({ value, label: SCALING_LABELS[value] }))}
          hint="With figures of the training rows alone."
          onChange={(value) => set("data.scaling", value)}
        />
      )}
      {modality === "image" && (
        <NumberField
          label="Image side, pixels"
          path="data.imageSide"
          value={imageSide ?? largestImageSide(experiment)}
          {...BOUNDS.imageSide}
          integer
          hint={imageSide === null ? `As the first image, ${largestImageSide(experiment)} at most.` : undefined}
          onChange={(value) => set("data.imageSide", value)}
        />
      )}
      <p className="hint">Which item goes where follows from the seed (in Loss): {experiment.seed}.</p>
    </fieldset>
  );
}
