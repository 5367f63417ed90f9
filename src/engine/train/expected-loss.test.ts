import { beforeAll, describe, expect, test } from "vitest";
import type { Level } from "../../shared/task.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import { stepInput } from "./step-input.ts";

const DRAWS = { cpu: 160, webgpu: 100 } as const;
const BATCH = { items: Int32Array.of(0, 1, 2, 3, 4), weights: new Float32Array(5).fill(1) };

/** Mean of the loss over many draws of the noise at fixed theta, with the standard error of that mean. */
async function expectedLoss(level: Level, k: number, draws: number): Promise<{ mean: number; error: number }> {
  const noises = [{ id: "gaussian", site: "input", stdDev: 3 } as const];
  const data = toyData();
  const trainer = toyTrainer(toyExperiment({ repeat: { k, noises }, aggregate: { level } }), data);
  const stacked = tf.tidy(() =>
    tf.stack(
      Array.from({ length: draws }, (_, step) => trainer.model.loss(trainer.params(), stepInput(BATCH, step + 1))),
    ),
  );
  const losses = [...(await stacked.data())];
  tf.dispose(stacked);
  trainer.dispose();
  data.dispose();
  const mean = losses.reduce((a, b) => a + b) / draws;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (draws - 1);
  return { mean, error: Math.sqrt(variance / draws) };
}

describe.each(TESTED_BACKENDS)("the expected loss at fixed weights on %s", (backend) => {
  beforeAll(() => startTestBackend(backend));
  const draws = DRAWS[backend];

  test("does not depend on K at the level loss", async () => {
    const one = await expectedLoss("loss", 1, 4 * draws);
    const many = await expectedLoss("loss", 9, draws);
    expect(many.error).toBeLessThan(one.error);
    expect(Math.abs(many.mean - one.mean)).toBeLessThan(4 * Math.hypot(one.error, many.error));
  });

  test("falls as K grows at the level probabilities", async () => {
    const [one, three, nine] = [
      await expectedLoss("probabilities", 1, 4 * draws),
      await expectedLoss("probabilities", 3, 2 * draws),
      await expectedLoss("probabilities", 9, draws),
    ];
    expect(one.mean - three.mean).toBeGreaterThan(4 * Math.hypot(one.error, three.error));
    expect(three.mean - nine.mean).toBeGreaterThan(2 * Math.hypot(three.error, nine.error));
  });
});
