import type { JensenResult } from "../../shared/method-calls.ts";
import { type Pooling, poolingMisfit } from "../../shared/plugins/poolings/index.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import type { Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";
import { nextTask } from "../next-task.ts";
import { type Tensor, tf } from "../tf.ts";
import type { HeldModel } from "./held-model.ts";
import { levelLosses, noisyOutputs, pooledFeatureLogits } from "./level-losses.ts";

const MEAN: Pooling = { id: "mean" };
/** Rows that go through the network at a time: small enough to let messages in between on a slow backend. */
const MAX_ROWS = 512;

type LossesOf = Record<Level, Float32Array>;

/**
 * Mean over items of the loss at every level with the chosen f and with the mean, all under the same draws. As -log is
 * convex, the mean of the losses is never below the loss of the mean probabilities or logits (identity 4).
 * @throws CancelledError
 */
export async function measureJensen(
  { model, params, trained }: HeldModel,
  items: Int32Array,
  draw: number,
  work: Work,
): Promise<JensenResult> {
  const { repeat, aggregate, seed } = model.experiment;
  const { pooling } = aggregate;
  // A learnt pooling exists at its own level alone.
  const pooledAt = (level: Level) =>
    poolingMisfit(pooling.id, level) === null && (pooling.id !== "attention" || level === aggregate.level);
  const chosen = emptyLosses(items.length);
  const mean = emptyLosses(items.length);
  const size = Math.max(1, Math.floor(MAX_ROWS / repeat.k));
  for (let start = 0; start < items.length; start += size) {
    if (work.signal.aborted) throw new CancelledError("The measurement was cancelled.");
    const part = items.subarray(start, start + size);
    const stacked = tf.tidy(() => {
      const position = { seed, purpose: "lens", step: draw, firstRow: start } as const;
      const outputs = noisyOutputs(model, params(), part, pooling, position);
      const pooledFeatures = pooledFeatureLogits(model, params(), part, MEAN, position);
      const withF = levelLosses(model, params(), part, pooling, outputs);
      const withMean = levelLosses(model, params(), part, MEAN, { ...outputs, pooledFeatures });
      return tf.concat([...inOrder(withF), ...inOrder(withMean)]);
    });
    const values = (await stacked.data()) as Float32Array;
    stacked.dispose();
    const row = (i: number) => values.subarray(i * part.length, (i + 1) * part.length);
    for (const [i, level] of LEVELS.entries()) {
      chosen[level].set(row(i), start);
      mean[level].set(row(LEVELS.length + i), start);
    }
    await nextTask();
  }
  return {
    k: repeat.k,
    items: items.length,
    trained,
    chosen: perLevel((level) => (pooledAt(level) ? average(chosen[level]) : null)),
    mean: perLevel((level) => average(mean[level])),
    holds: {
      probabilities: countAtLeast(mean.loss, mean.probabilities),
      logits: countAtLeast(mean.loss, mean.logits),
    },
  };
}

const perLevel = <T>(of: (level: Level) => T): Record<Level, T> =>
  Object.fromEntries(LEVELS.map((level) => [level, of(level)])) as Record<Level, T>;

const emptyLosses = (count: number): LossesOf => perLevel(() => new Float32Array(count));

const inOrder = (losses: Record<Level, Tensor>): Tensor[] => LEVELS.map((level) => losses[level]);

const average = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** How many entries of a are at least b's, to float32's rounding. */
function countAtLeast(a: Float32Array, b: Float32Array): number {
  return a.reduce((count, value, i) => {
    const other = b[i] as number;
    return count + (value >= other - 1e-5 * (1 + Math.abs(other)) ? 1 : 0);
  }, 0);
}
