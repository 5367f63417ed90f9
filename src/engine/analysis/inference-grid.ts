import type { HeldOutSplit, InferenceGrid, Scores } from "../../shared/method-calls.ts";
import { cardById } from "../../shared/plugins/card.ts";
import { inferenceLevel, POOLINGS, type Pooling, poolingMisfit } from "../../shared/plugins/poolings/index.ts";
import type { Work } from "../data/dataset.ts";
import { type Inference, predict, score } from "../train/evaluate.ts";
import { everyItem, type HeldModel } from "./held-model.ts";

const KS = [1, 2, 4, 8, 16] as const;

/**
 * Scores of one trained model under every inference pooling f' that makes sense at its level and K' in 1, 2, 4, 8, 16,
 * and in one clean pass.
 * @throws CancelledError
 */
export async function scoreInferences(
  { model, params }: HeldModel,
  truth: Int32Array,
  classes: readonly string[],
  split: HeldOutSplit,
  work: Work,
): Promise<InferenceGrid> {
  const { aggregate, repeat } = model.experiment;
  const bank = model.data.data.views;
  const items = everyItem(truth.length);
  const poolings = poolingsFor(aggregate.pooling, aggregate.level);
  const total = 1 + poolings.length * KS.length;
  let done = 0;
  const scores = async (inference: Inference): Promise<Scores> => {
    const probabilities = await predict(model, params, items, inference, () => work.signal.aborted);
    work.progress("Passes over the held-out items", ++done, total);
    const { accuracy, macroF1 } = score(probabilities, truth, classes);
    return { accuracy, macroF1 };
  };
  const clean = await scores("clean");
  const rows: InferenceGrid["rows"] = [];
  for (const pooling of poolings) {
    const cells: (Scores | null)[] = [];
    for (const k of KS) cells.push(bank > 0 && k > bank ? null : await scores({ k, pooling, round: 0 }));
    rows.push({ pooling, cells });
  }
  const { level } = aggregate;
  const trainedWith = { pooling: aggregate.pooling, k: repeat.k };
  return { split, items: truth.length, level, trainedWith, ks: [...KS], rows, clean };
}

/** Every pooling that can predict at the level, with training's parameters where it is training's, else the defaults. */
function poolingsFor(trained: Pooling, level: InferenceGrid["level"]): Pooling[] {
  return POOLINGS.filter(
    ({ id }) => poolingMisfit(id, inferenceLevel(level)) === null && (id !== "attention" || id === trained.id),
  ).map(({ id }) =>
    id === trained.id ? trained : ({ id, ...cardById(POOLINGS, id).parameters.parse({}) } as Pooling),
  );
}
