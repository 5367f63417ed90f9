import { beforeAll, describe, expect, test } from "vitest";
import type { Experiment, ExperimentFile } from "../../shared/experiment.ts";
import { LEVELS, type Level } from "../../shared/task.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { tunedTextExperiment, tunedTexts } from "../testing/tuned.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { Model } from "./model.ts";
import { buildNetwork } from "./network.ts";
import { Trainer } from "./trainer.ts";

const K = 3;
const NOISES: NonNullable<ExperimentFile["repeat"]>["noises"] = [
  { id: "gaussian", site: "token-embedding", stdDev: 0.5 },
  { id: "dropout", site: "hidden", rate: 0.3 },
  { id: "gaussian", site: "features", stdDev: 0.3 },
];
const PAIRS = LEVELS.flatMap((level) => (["mean", "max"] as const).map((id) => ({ level, id })));
const BATCH: Batch = { items: Int32Array.of(0, 3, 4, 1), weights: Float32Array.of(1, 1, 1, 0) };
const close = { absolute: 2e-5, relative: 2e-4 };

const experiment = (level: Level, id: "mean" | "max", k: number, noises = NOISES): Experiment =>
  tunedTextExperiment({
    repeat: { k, noises },
    aggregate: { level, pooling: { id } },
    // The keys' biases have no gradient but rounding, which Adam would blow up.
    optimizer: { id: "sgd", learningRate: 0.1 },
  });

function trainerOf(of: Experiment) {
  const data = tunedTexts(of);
  const network = buildNetwork(of, data.data.input, data.data.numClasses);
  const trainer = new Trainer(new Model(network, of, data, [3, 2, 3]), network.init(of.seed), 100);
  const dispose = () => {
    trainer.dispose();
    data.dispose();
  };
  return { trainer, dispose };
}

async function train(of: Experiment, steps: number) {
  const { trainer, dispose } = trainerOf(of);
  for (let i = 0; i < steps; i++) trainer.step(BATCH);
  const losses = [...(await trainer.losses())];
  const theta = Object.values(await trainer.read()).flatMap(({ values }) => [...values]);
  dispose();
  return { losses, theta };
}

async function lossAndGradient(of: Experiment) {
  const { trainer, dispose } = trainerOf(of);
  const { value, gradient } = tf.tidy(() => trainer.lossAndGradient(BATCH, 1));
  const result = { loss: (await value.data())[0] as number, gradient: [...(await gradient.data())] };
  tf.dispose([value, gradient]);
  dispose();
  return result;
}

describe.each(["cpu", "wasm"] as const)("a tuned sentence encoder on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));

  test.each(PAIRS)("K = 1 is ordinary fine-tuning, step for step ($level, $id)", async ({ level, id }) => {
    const ordinary = await train(experiment("logits", "mean", 1), 3);
    const single = await train(experiment(level, id, 1), 3);
    expectAllClose(single.losses, ordinary.losses, close);
    expectAllClose(single.theta, ordinary.theta, close);
  });

  test.each(PAIRS)("without noise K = 3 has the loss and gradient of K = 1 ($level, $id)", async ({ level, id }) => {
    const one = await lossAndGradient(experiment("logits", "mean", 1, []));
    const many = await lossAndGradient(experiment(level, id, K, []));
    expectAllClose([many.loss], [one.loss], close);
    expectAllClose(many.gradient, one.gradient, close);
  });

  test("mean-loss is at least mean-probability and mean-logit loss, all under the same draws", async () => {
    const [loss, probabilities, logits] = await Promise.all(
      (["loss", "probabilities", "logits"] as const).map(
        async (level) => (await lossAndGradient(experiment(level, "mean", K))).loss,
      ),
    );
    expect(loss).toBeGreaterThan((probabilities as number) + 1e-5);
    expect(loss).toBeGreaterThan((logits as number) + 1e-5);
  });

  test.each([0, 1, 2])("noise %i alone moves the loss, and each of K repeats its own way", async (which) => {
    const noise = [NOISES[which] as (typeof NOISES)[number]];
    const [clean, once, repeated] = await Promise.all([
      lossAndGradient(experiment("loss", "mean", 1, [])),
      lossAndGradient(experiment("loss", "mean", 1, noise)),
      lossAndGradient(experiment("loss", "mean", K, noise)),
    ]);
    expect(Math.abs(once.loss - clean.loss)).toBeGreaterThan(1e-4);
    expect(Math.abs(repeated.loss - once.loss)).toBeGreaterThan(1e-5);
  });

  test("a step leaves nothing behind but its loss, and a disposed trainer nothing at all", async () => {
    const before = tf.memory().numTensors;
    const { trainer, dispose } = trainerOf(experiment("logits", "mean", K));
    trainer.step(BATCH);
    const after = tf.memory().numTensors;
    trainer.step(BATCH);
    expect(tf.memory().numTensors).toBe(after + 1);
    await trainer.losses();
    dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
