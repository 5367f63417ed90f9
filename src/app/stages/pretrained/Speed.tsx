import { useEffect } from "react";
import { operationsOf, type PretrainedSummary } from "../../../shared/pretrained.ts";
import { isActive } from "../../stores/current-run.ts";
import { useExperimentStore } from "../../stores/experiment-store.ts";
import { speedKey, usePretrainedStore } from "../../stores/pretrained-store.ts";
import { useRunStore } from "../../stores/run-store.ts";
import { speedWords } from "./pretrained-words.ts";

/** Tokens of a sentence or two. */
const USUAL_TOKENS = 20;

/** How fast a model would be at best that is not on this machine yet, going by one matrix product. */
export function ExpectedSpeed({ model }: { model: PretrainedSummary }) {
  const rate = usePretrainedStore((state) => state.rate);
  const backend = useRunStore((state) => state.backendChoice);
  const { measureRate } = usePretrainedStore.getState();
  useEffect(() => void measureRate(backend), [measureRate, backend]);
  if (!rate) return null;
  const tokens = model.modality === "text" ? Math.min(USUAL_TOKENS, model.tokens) : model.tokens;
  const itemsPerSecond = rate.operationsPerSecond / operationsOf(model, tokens);
  return (
    <p className="hint">
      It would encode at best {speedWords({ itemsPerSecond, tokens, backend: rate.backend }, model.modality)}, going by
      one matrix product; training takes about three times as long.
    </p>
  );
}

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
