import type { PretrainedSummary } from "../../../shared/pretrained.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { speedKey, usePretrainedStore } from "../../stores/pretrained-store.ts";
import { isActive, useRunStore } from "../../stores/run-store.ts";
import { speedWords } from "./pretrained-words.ts";

/** How fast a model is on this machine, measured when asked. */
export function Speed({ model }: { model: PretrainedSummary }) {
  const speed = usePretrainedStore((state) => state.speeds[speedKey(model)]);
  const busy = usePretrainedStore((state) => state.busy !== null);
  const running = useRunStore((state) => isActive(state.current));
  const experiment = useExperimentStore((state) => state.experiment);
  const backend = useRunStore((state) => state.backendChoice);
  const { measure } = usePretrainedStore.getState();
  return (
    <div className="pretrained-speed">
      <p className="hint" role="status">
        {speed ? `Here it encodes ${speedWords(speed, model.modality)}.` : "Its speed here has not been measured."}
      </p>
      <button type="button" disabled={busy || running} onClick={() => void measure(experiment, backend)}>
        {speed ? "Measure again" : "Measure speed"}
      </button>
    </div>
  );
}
