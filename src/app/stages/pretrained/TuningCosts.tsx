import { useEffect } from "react";
import type { Experiment } from "../../../shared/experiment.ts";
import { TUNINGS } from "../../../shared/plugins/tunings/index.ts";
import { keptModel, trainedKey, usePretrainedStore } from "../../stores/pretrained-store.ts";
import { formatCount } from "../../ui/format.ts";
import { shareWords } from "./pretrained-words.ts";

/** How many weights of the model each way of tuning trains, as a number and a share. */
export function TuningCosts({ backbone, tuning }: Pick<Experiment, "backbone" | "tuning">) {
  const kept = usePretrainedStore((state) => state.kept);
  const trained = usePretrainedStore((state) => state.trained);
  const { countTrained } = usePretrainedStore.getState();
  const name = backbone.id === "transformer" ? backbone : null;
  const model = name && keptModel(kept, name);
  const key = name && trainedKey(name, tuning);
  const isHere = model !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that name and tuning do
  useEffect(() => {
    if (name && isHere) void countTrained(name, tuning);
  }, [key, isHere]);
  if (!model || !trained) return null;
  const { counts } = trained;
  return (
    <>
      <p className="hint" role="status">
        Trains {formatCount(counts[tuning.id])} of {formatCount(model.parameters)} weights (
        {shareWords(counts[tuning.id], model.parameters)}) below the head.
      </p>
      <details>
        <summary>What each way of tuning trains</summary>
        <table className="tuning-costs">
          <thead>
            <tr>
              <th scope="col">Tuning</th>
              <th scope="col">Weights</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {TUNINGS.map(({ id, label }) => (
              <tr key={id} className={id === tuning.id ? "chosen" : undefined}>
                <th scope="row">{label}</th>
                <td>{formatCount(counts[id])}</td>
                <td>{shareWords(counts[id], model.parameters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
