import { useEffect } from "react";
import type { Experiment } from "../../../shared/experiment.ts";
import { repeatsBackbone } from "../../../shared/noise-misfits.ts";
import { TUNINGS, type Tuning, type TuningId } from "../../../shared/plugins/tunings/index.ts";
import type { PretrainedSummary } from "../../../shared/pretrained.ts";
import { tuningBytes } from "../../../shared/transformer-cost.ts";
import { keptModel, usePretrainedStore } from "../../stores/pretrained-store.ts";
import { useRunStore } from "../../stores/run-store.ts";
import { formatBytes, formatCount } from "../../ui/format.ts";
import { shareWords } from "./pretrained-words.ts";

/** How many weights of the model each way of tuning trains, as a number and a share, and what memory that takes. */
export function TuningCosts({ experiment }: { experiment: Experiment }) {
  const { backbone, tuning } = experiment;
  const kept = usePretrainedStore((state) => state.kept);
  const trained = usePretrainedStore((state) => state.trained);
  const onGpu = useRunStore((state) => state.backend?.name === "webgpu");
  const { countTrained } = usePretrainedStore.getState();
  const name = backbone.id === "transformer" ? backbone : null;
  const model = name && keptModel(kept, name);
  const isHere = model !== null;
  useEffect(() => {
    // Asks once for each model and way of tuning.
    if (name && isHere) void countTrained(name, tuning);
  }, [name, tuning, isHere, countTrained]);
  if (!model || !trained) return null;
  const { counts } = trained;
  const bytes = (id: TuningId) => bytesOf(experiment, model, id, counts[id], onGpu);
  return (
    <>
      <p className="hint" role="status">
        Trains {formatCount(counts[tuning.id])} of {formatCount(model.parameters)} weights (
        {shareWords(counts[tuning.id], model.parameters)}) below the head; about {formatBytes(bytes(tuning.id))} of
        memory at most.
      </p>
      <details>
        <summary>What each way of tuning costs</summary>
        <table className="tuning-costs">
          <thead>
            <tr>
              <th scope="col">Tuning</th>
              <th scope="col">Weights</th>
              <th scope="col">Share</th>
              <th scope="col">Memory</th>
            </tr>
          </thead>
          <tbody>
            {TUNINGS.map(({ id, label }) => (
              <tr key={id} className={id === tuning.id ? "chosen" : undefined}>
                <th scope="row">{label}</th>
                <td>{formatCount(counts[id])}</td>
                <td>{shareWords(counts[id], model.parameters)}</td>
                <td>{formatBytes(bytes(id))}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="hint">Memory is an estimate for inputs as long as the model reads; shorter ones take less.</p>
      </details>
    </>
  );
}

function bytesOf(
  experiment: Experiment,
  model: PretrainedSummary,
  id: TuningId,
  trained: number,
  onGpu: boolean,
): number {
  const { backbone, tuning, repeat, batchSize, optimizer } = experiment;
  const card = TUNINGS.find((each) => each.id === id);
  const way = id === tuning.id ? tuning : ({ id, ...card?.parameters.parse({}) } as Tuning);
  const rows = batchSize * (repeatsBackbone({ ...experiment, tuning: way }) ? repeat.k : 1);
  const most = backbone.id === "transformer" && model.modality === "text" ? backbone.maxTokens : Infinity;
  const load = { rows, tokens: Math.min(most, model.tokens) };
  return tuningBytes(model, { tuning: way, trained }, optimizer.id, load, onGpu ? "captured" : "eager");
}
