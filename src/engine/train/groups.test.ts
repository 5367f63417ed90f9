import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LEVELS } from "../../shared/task.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend, TESTED_BACKENDS } from "../testing/backends.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import type { DeviceData } from "./device-data.ts";
import { stepInput } from "./step-input.ts";

/** Items of the toy data by their classes (7 i mod 3): three of each. */
const GROUPS = [
  [0, 3, 6],
  [2, 5, 8],
];
const batchOf = (groups: number[][]): Batch => ({
  items: Int32Array.from(groups.flat()),
  weights: new Float32Array(groups.length).fill(1),
});

describe.each(TESTED_BACKENDS)("groups of samples on %s", (backend) => {
  let data: DeviceData;
  beforeAll(async () => {
    await startTestBackend(backend);
    data = toyData();
  });
  afterAll(() => data.dispose());

  const lossOf = async (change: Parameters<typeof toyExperiment>[0], groups: number[][], step = 1) => {
    const trainer = toyTrainer(toyExperiment(change), data);
    const loss = tf.tidy(() => trainer.model.loss(trainer.params(), stepInput(batchOf(groups), step)));
    trainer.dispose();
    return (await loss.data())[0] as number;
  };

  test("mean-logit loss of a group without noise is the cross-entropy of its members' mean logits", async () => {
    const trainer = toyTrainer(toyExperiment({ repeat: { k: 1 } }), data);
    const logits = tf.tidy(() => trainer.model.cleanLogits(trainer.params(), Int32Array.from(GROUPS.flat())));
    const z = (await logits.array()) as number[][][];
    const expected = GROUPS.map((group, g) => {
      const mean = [0, 1, 2].map((c) => group.reduce((sum, _, i) => sum + (z[g * 3 + i]?.[0]?.[c] ?? 0), 0) / 3);
      const truth = ((group[0] as number) * 7) % 3;
      return Math.log(mean.reduce((sum, x) => sum + Math.exp(x), 0)) - (mean[truth] as number);
    });
    const repeat = { k: 4, groupSize: 3, noises: [] };
    expectAllClose([await lossOf({ repeat }, GROUPS)], [((expected[0] ?? 0) + (expected[1] ?? 0)) / 2]);
  });

  test("mean-loss of groups is that of their members one by one, and max-loss the hardest member's", async () => {
    const noises = [{ id: "gaussian", site: "input", stdDev: 3 } as const];
    const of = (groupSize: number, pooling: "mean" | "max") => ({
      repeat: { k: 5, groupSize, noises },
      aggregate: { level: "loss" as const, pooling: { id: pooling } },
    });
    const single = GROUPS.flat().map((item) => [item]);
    expectAllClose([await lossOf(of(3, "mean"), GROUPS)], [await lossOf(of(1, "mean"), single)]);
    const hardest = await lossOf(of(3, "max"), GROUPS);
    expect(hardest).toBeGreaterThan((await lossOf(of(1, "max"), single)) + 1e-3);
  });

  test.each(LEVELS)("at the level %s a group's members do not depend on their order without noise", async (level) => {
    const change = { repeat: { k: 2, groupSize: 3, noises: [] }, aggregate: { level } };
    expectAllClose(
      [await lossOf(change, GROUPS)],
      [
        await lossOf(
          change,
          GROUPS.map((group) => group.toReversed()),
        ),
      ],
    );
  });

  test("mixed samples keep their mixed targets in a group", async () => {
    const mixup = { id: "mixup", site: "input", alpha: 1 } as const;
    for (const level of LEVELS) {
      const change = { repeat: { k: 3, groupSize: 3, noises: [mixup] }, aggregate: { level } };
      const losses = [await lossOf(change, GROUPS), await lossOf(change, GROUPS, 2)];
      for (const loss of losses) expect(Number.isFinite(loss)).toBe(true);
      expect(losses[0]).not.toBe(losses[1]);
    }
  });
});
