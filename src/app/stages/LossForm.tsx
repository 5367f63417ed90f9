import { BACKEND_NAMES } from "../../shared/backend-words.ts";
import { BOUNDS } from "../../shared/experiment.ts";
import { OPTIMIZERS } from "../../shared/plugins/optimizers/index.ts";
import { SCHEDULES } from "../../shared/plugins/schedules/index.ts";
import { SWEEP_BOUNDS } from "../../shared/sweep/sweep-file.ts";
import { BACKENDS, type BackendChoice } from "../../shared/task.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRunStore } from "../stores/run-store.ts";
import { useSweepStore } from "../stores/sweeps/sweep-store.ts";
import { CheckField, SelectField } from "../ui/fields.tsx";
import { plural } from "../ui/format.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { BackendFigures } from "./BackendFigures.tsx";
import { ChoiceField } from "./ChoiceField.tsx";
import { Cost } from "./Cost.tsx";
import { ObjectiveForm } from "./ObjectiveForm.tsx";
import { StageForm } from "./StageForm.tsx";

const BACKEND_LABELS: Record<BackendChoice, string> = { auto: "Automatic", ...BACKEND_NAMES };

export function LossForm() {
  const { optimizer, schedule } = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  return (
    <StageForm title="Loss" summary="What is made small, and how.">
      <ObjectiveForm />
      <ChoiceField
        label="Optimizer"
        path="optimizer"
        cards={OPTIMIZERS}
        choice={optimizer}
        onChange={(c) => set("optimizer", c)}
      />
      <ChoiceField
        label="Schedule"
        path="schedule"
        cards={SCHEDULES}
        choice={schedule}
        onChange={(c) => set("schedule", c)}
      />
      <Length />
      <Safeguards />
      <Engine />
      <Cost />
    </StageForm>
  );
}

function Length() {
  const { epochs, batchSize, seed } = useExperimentStore((state) => state.experiment);
  const seeds = useSweepStore((state) => state.seeds);
  const setSeeds = useSweepStore((state) => state.setSeeds);
  const set = useExperimentStore((state) => state.set);
  const train = useDataStore((state) => state.dataset?.train ?? null);
  const steps = train === null ? "" : `${plural(Math.ceil(train / batchSize), "step")} an epoch.`;
  return (
    <fieldset>
      <legend>Length</legend>
      <NumberField
        label="Epochs"
        path="epochs"
        value={epochs}
        {...BOUNDS.epochs}
        integer
        onChange={(v) => set("epochs", v)}
      />
      <NumberField
        label="Batch size"
        path="batchSize"
        value={batchSize}
        {...BOUNDS.batchSize}
        integer
        hint={steps}
        onChange={(v) => set("batchSize", v)}
      />
      <NumberField
        label="Seed"
        path="seed"
        value={seed}
        {...BOUNDS.seed}
        integer
        slider={false}
        hint="Splits, first weights, order and noise all follow from it: the same seed gives the same curve."
        onChange={(v) => set("seed", v)}
      />
      <NumberField
        label="Seeds to train"
        value={seeds}
        {...SWEEP_BOUNDS.seeds}
        integer
        slider={false}
        hint={
          seeds === 1
            ? "With several, Train makes a run for each, and Sweeps shows their mean and spread."
            : `Train makes ${seeds} runs, with the seeds ${seed} to ${seed + seeds - 1}; Sweeps shows their mean and spread.`
        }
        onChange={setSeeds}
      />
    </fieldset>
  );
}

function Safeguards() {
  const { clipNorm, earlyStopping } = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  const hasValidation = useDataStore((state) => (state.dataset?.validation ?? 1) > 0);
  return (
    <fieldset>
      <legend>Safeguards</legend>
      <CheckField
        label="Clip gradients"
        path="clipNorm"
        checked={clipNorm !== null}
        hint="Scales a gradient down to the given length where it is longer."
        onChange={(on) => set("clipNorm", on ? 1 : undefined)}
      />
      {clipNorm !== null && (
        <NumberField
          label="Largest norm"
          path="clipNorm"
          value={clipNorm}
          {...BOUNDS.clipNorm}
          onChange={(v) => set("clipNorm", v)}
        />
      )}
      <CheckField
        label="Stop early"
        path="earlyStopping"
        checked={earlyStopping !== null}
        hint={
          hasValidation
            ? "Stops when the validation loss no longer improves, and goes back to the best weights."
            : "Needs a validation set: there is none now (see Data)."
        }
        onChange={(on) => set("earlyStopping", on ? {} : undefined)}
      />
      {earlyStopping !== null && (
        <NumberField
          label="Patience, epochs"
          path="earlyStopping"
          value={earlyStopping.patience}
          {...BOUNDS.patience}
          integer
          onChange={(v) => set("earlyStopping", { patience: v })}
        />
      )}
    </fieldset>
  );
}

function Engine() {
  const choice = useRunStore((state) => state.backendChoice);
  const choose = useRunStore((state) => state.setBackendChoice);
  const backend = useRunStore((state) => state.backend);
  const error = useRunStore((state) => state.backendError);
  return (
    <fieldset>
      <legend>Backend</legend>
      <SelectField
        label="Computes on"
        path="run:backend"
        value={choice}
        options={BACKENDS.map((value) => ({ value, label: BACKEND_LABELS[value] }))}
        hint={error ?? backend?.reason}
        onChange={(value) => choose(value as BackendChoice)}
      />
      {backend && !error && <BackendFigures report={backend} />}
    </fieldset>
  );
}
