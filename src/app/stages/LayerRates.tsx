import { BOUNDS } from "../../shared/experiment.ts";
import { isTuned } from "../../shared/noise-misfits.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { NumberField } from "../ui/NumberField.tsx";

/** How much slower each layer of a tuned backbone learns than the one above it. */
export function LayerRates() {
  const experiment = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  if (!isTuned(experiment)) return null;
  const { layerDecay } = experiment;
  return (
    <NumberField
      label="Layer decay"
      path="layerDecay"
      value={layerDecay}
      {...BOUNDS.layerDecay}
      step={0.01}
      hint={
        layerDecay === 1
          ? "All layers learn at one rate."
          : "Each layer learns at this many times the rate of the one above it."
      }
      onChange={(value) => set("layerDecay", value === 1 ? undefined : value)}
    />
  );
}
