import { beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import type { StepPath } from "../../shared/run-record.ts";
import { startTestBackend } from "../testing/backends.ts";
import { TESTED_OPTIMIZERS } from "../testing/optimizers.ts";
import { batchesFor } from "../testing/steps.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { ALL_WAYS } from "../testing/ways.ts";
import { tf } from "../tf.ts";
import { type Checkpoint, type Trainer, trainerOn } from "./trainer.ts";

// 51 parameters, so that vectors in one buffer are padded.
const CHANGE: Partial<ExperimentFile> = {
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  schedule: { id: "cosine", warmup: 0.1 },
  clipNorm: 1,
};
const BEFORE = 7;
const STEPS = 13;

describe.each(ALL_WAYS)("$way steps", ({ backend, options, taken }) => {
  beforeAll(() => startTestBackend(backend));

  test.each(TESTED_OPTIMIZERS)(
    "go on from a checkpoint in a new trainer as if nothing had been: $id",
    async (optimizer) => {
      const before = tf.memory().numTensors;
      const data = toyData();
      const experiment = toyExperiment({ ...CHANGE, optimizer });
      const batches = batchesFor(experiment, data, STEPS);
      const start = () => toyTrainer(experiment, data, options);
      const take = async (trainer: Trainer, from: number, to: number) => {
        for (const batch of batches.slice(from, to)) trainer.step(batch);
        return [...(await trainer.losses())];
      };

      const whole = start();
      expect(whole.path).toBe(taken);
      expect(whole.layout.size % 4).not.toBe(0);
      await take(whole, 0, BEFORE);
      const checkpoint = await whole.checkpoint();
      const kept: Checkpoint = { ...checkpoint, vectors: checkpoint.vectors.map((vector) => vector.slice()) };
      const expected = await take(whole, BEFORE, STEPS);
      const end = await whole.checkpoint();
      whole.dispose();
      // Going on has not changed it.
      expect(checkpoint).toEqual(kept);
      expect(checkpoint.step).toBe(BEFORE);

      const next = start();
      // It has a past of its own, which must not count.
      await take(next, 4, 6);
      next.resume(checkpoint);
      expect(next.stepsTaken).toBe(BEFORE);
      expect(await next.checkpoint()).toEqual(checkpoint);
      expect(await take(next, BEFORE, STEPS)).toEqual(expected);
      expect(await next.checkpoint()).toEqual(end);
      next.dispose();

      // Without the optimizer's vectors it would be another run.
      const reset = start();
      reset.resume({
        ...checkpoint,
        vectors: checkpoint.vectors.map((vector, i) => (i ? vector.map(() => 0) : vector)),
      });
      expect(await take(reset, BEFORE, STEPS)).not.toEqual(expected);
      reset.dispose();
      data.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test("refuse a checkpoint of another model or optimizer, and are as they were", async () => {
    const data = toyData();
    const trainer = toyTrainer(toyExperiment(CHANGE), data, options);
    const before = await trainer.checkpoint();
    const { vectors } = before;
    expect(() => trainer.resume({ step: 3, vectors: vectors.slice(1) })).toThrow(
      "The checkpoint holds 2 vectors of 51 numbers, but this model and optimizer have 3 of 51: it is of another run.",
    );
    expect(() => trainer.resume({ step: 3, vectors: vectors.map((vector) => vector.slice(2)) })).toThrow(
      "3 vectors of 49",
    );
    expect(await trainer.checkpoint()).toEqual(before);
    trainer.dispose();
    data.dispose();
  });
});

describe("a run that goes on takes its steps as it was begun", () => {
  const pathOn = async (backend: "cpu" | "webgpu", begun?: StepPath) => {
    await startTestBackend(backend);
    const data = toyData();
    const first = toyTrainer(toyExperiment(CHANGE), data);
    const { model } = first;
    first.dispose();
    const trainer = trainerOn(begun, model, model.network.init(1), 10);
    const { path } = trainer;
    trainer.dispose();
    data.dispose();
    return path;
  };

  test("on WebGPU each way, the fastest where nothing was begun", async () => {
    for (const begun of ["eager", "mixed", "captured", "fused"] as const)
      expect(await pathOn("webgpu", begun)).toBe(begun);
    expect(await pathOn("webgpu")).toBe("fused");
  });

  test("in the only way of a backend without the other ones", async () => {
    for (const begun of [undefined, "eager", "captured", "fused"] as const)
      expect(await pathOn("cpu", begun)).toBe("eager");
  });
});
