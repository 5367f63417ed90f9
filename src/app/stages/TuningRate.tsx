import { isTuned } from "../../shared/noise-misfits.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { formatNumber } from "../ui/format.ts";
import { LockGroup } from "../ui/Lock.tsx";

/** What tuning all weights usually starts with: of 2e-5 to 3e-4 in the literature, the round one (1810.04805, appendix A.3). */
const USUAL_RATE = 1e-4;
const HIGH_RATE = 3e-4;

/** A warning where the learning rate is one for fresh weights, which soon undoes what pretrained ones hold. */
export function TuningRate() {
  const experiment = useExperimentStore((state) => state.experiment);
  const set = useExperimentStore((state) => state.set);
  const { optimizer, tuning } = experiment;
  const high = optimizer.id !== "sgd" && optimizer.learningRate > HIGH_RATE;
  if (!high || tuning.id !== "full" || !isTuned(experiment)) return null;
  return (
    <div className="remark warn">
      <p>
        A learning rate of {formatNumber(optimizer.learningRate)} soon undoes what pretrained weights hold;{" "}
        {formatNumber(USUAL_RATE)} or less is usual.
      </p>
      <LockGroup names={["optimizer.learningRate"]} says={false}>
        <button type="button" onClick={() => set("optimizer", { ...optimizer, learningRate: USUAL_RATE })}>
          Use {formatNumber(USUAL_RATE)}
        </button>
      </LockGroup>
    </div>
  );
}
