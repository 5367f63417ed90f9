import type { GradientNoise, GradientPlan } from "../../shared/method-calls.ts";
import type { Work } from "../data/dataset.ts";
import { CancelledError } from "../errors.ts";
import { nextTask } from "../next-task.ts";
import { type Tensor, tf } from "../tf.ts";
import { Model } from "../train/model.ts";
import { Trainer } from "../train/trainer.ts";
import { DrawVariance, meanVarianceLaw } from "./draw-variance.ts";
import type { HeldModel } from "./held-model.ts";

/** Draws of a measurement lie far beyond the steps of any run, so that theta has never seen them. */
const FIRST_STEP = 0x400000;

/**
 * Variance of the gradient over draws of the noise at each K of a plan, theta and the batch held fixed. With the mean at
 * the level `loss` it follows {@link meanVarianceLaw} in expectation (identity 9); no other f or level has such a law.
 * @throws CancelledError
 */
export async function measureGradientNoise(
  held: HeldModel,
  items: Int32Array,
  plan: GradientPlan,
  work: Work,
): Promise<GradientNoise> {
  const bank = held.model.data.data.views;
  const possible = plan.filter(({ k }) => bank === 0 || k < bank);
  const total = possible.reduce((sum, { draws }) => sum + draws, 0);
  const measured: Omit<GradientNoise["points"][number], "law">[] = [];
  let parameters = 0;
  let before = 0;
  for (const { k, draws } of possible) {
    const progress = (done: number) => work.progress(`Gradients at K = ${k}`, before + done, total);
    const spread = await gradientSpread(withK(held, k), items, draws, work, progress);
    before += draws;
    parameters = spread.size;
    measured.push({ k, draws, variance: spread.variance, standardError: spread.standardError });
  }
  const one = measured.find(({ k }) => k === 1)?.variance ?? NaN;
  return {
    points: measured.map((point) => ({ ...point, law: one * meanVarianceLaw(point.k, bank) })),
    items: items.length,
    parameters,
    bank,
    trained: held.trained,
  };
}

function withK({ model, weights }: HeldModel, k: number): Trainer {
  const { experiment, network, data, trainCounts } = model;
  return new Trainer(
    new Model(network, { ...experiment, repeat: { ...experiment.repeat, k, groupSize: 1 } }, data, trainCounts),
    weights,
    1,
  );
}

/** Takes the trainer's gradient under one draw after another; disposes of the trainer. */
async function gradientSpread(
  trainer: Trainer,
  items: Int32Array,
  draws: number,
  work: Work,
  progress: (done: number) => void,
): Promise<DrawVariance> {
  const spread = new DrawVariance(trainer.layout.size);
  const batch = { items, weights: new Float32Array(items.length).fill(1) };
  try {
    for (let draw = 0; draw < draws; draw++) {
      const gradient: Tensor = tf.tidy(() => trainer.lossAndGradient(batch, FIRST_STEP + draw).gradient);
      const values = (await gradient.data()) as Float32Array;
      gradient.dispose();
      spread.add(values);
      progress(draw + 1);
      await nextTask();
      if (work.signal.aborted) throw new CancelledError("The measurement was cancelled.");
    }
    return spread;
  } finally {
    trainer.dispose();
  }
}
