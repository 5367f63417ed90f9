import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { LEVELS } from "../../shared/task.ts";
import { look } from "../session/lens.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { allNumbers, type Course, follow } from "../testing/courses.ts";
import { type Way, WEBGPU_WAYS } from "../testing/ways.ts";
import { type Tensor, tf } from "../tf.ts";
import type { Batch } from "../train/batches.ts";
import { evaluateOnDevice, predict } from "../train/evaluate.ts";
import { readOut } from "../train/read-out.ts";

const batchOf = (items: readonly number[], weights: readonly number[] = items.map(() => 1)): Batch => ({
  items: Int32Array.from(items),
  weights: Float32Array.from(weights),
});

const COURSES: readonly Course[] = [
  {
    name: "batches of other lengths come and go",
    fused: false,
    run: async ({ trainer }) => {
      const all = [3, 0, 10, 4, 7, 1, 9];
      for (const length of [5, 3, 5, 7, 2, 3, 7, 5])
        trainer.step(batchOf(all.map((item) => (item + length) % 11).slice(0, length)));
    },
  },
  {
    name: "padding comes and goes, more of it and less",
    run: async ({ trainer }) => {
      for (const [i, real] of [5, 3, 4, 5, 1, 2, 5, 4, 1].entries())
        trainer.step(
          batchOf(
            [0, 1, 2, 3, 4].map((j) => (i + (j < real ? j : 0)) % 11),
            [0, 1, 2, 3, 4].map((j) => (j < real ? 1 : 0)),
          ),
        );
    },
  },
  {
    name: "the learning rate follows its schedule, and steps that are skipped",
    change: { schedule: { id: "cosine", warmup: 0.05 } },
    run: async ({ trainer, batches, see }) => {
      for (const batch of batches.slice(0, 8)) trainer.step(batch);
      see(await trainer.losses());
      // As after going on from a checkpoint: only 60 steps on the rate is another.
      trainer.resume({ ...(await trainer.checkpoint()), step: 68 });
      for (const batch of batches.slice(0, 4)) trainer.step(batch);
    },
  },
  {
    name: "early stopping goes back to earlier weights, and training on from there",
    run: async ({ trainer, batches, see }) => {
      for (const batch of batches.slice(0, 4)) trainer.step(batch);
      const best = await trainer.read();
      for (const batch of batches.slice(4, 8)) trainer.step(batch);
      trainer.restore(best);
      see(allNumbers(await trainer.read()));
      for (const batch of batches.slice(8, 12)) trainer.step(batch);
    },
  },
  {
    name: "weights of another's making are written, while steps are under way",
    run: async ({ trainer, batches }) => {
      for (const [i, batch] of batches.entries()) {
        trainer.step(batch);
        if (i % 4 !== 1) continue;
        const { layout } = trainer;
        trainer.restore(layout.unflatten(Float32Array.from({ length: layout.size }, (_, j) => Math.sin(i + j) / 3)));
      }
    },
  },
  {
    name: "all of the state is written",
    run: async ({ trainer, batches }) => {
      for (const batch of batches.slice(0, 3)) trainer.step(batch);
      const { vectors } = await trainer.checkpoint();
      for (const batch of batches.slice(3, 6)) trainer.step(batch);
      trainer.resume({ step: 40, vectors: vectors.map((vector) => vector.map((x) => x * 0.7)) });
      for (const batch of batches.slice(6, 12)) trainer.step(batch);
    },
  },
  {
    name: "the model is evaluated between steps, cleanly and by K' passes",
    run: async ({ trainer, batches, see }) => {
      const items = Int32Array.of(1, 4, 8);
      for (const [i, batch] of batches.slice(0, 8).entries()) {
        trainer.step(batch);
        see(await predict(trainer.model, trainer.params, items, "clean"));
        if (i % 2 === 0) continue;
        const pooled = { k: 5, pooling: { id: "max" }, round: i } as const;
        see(await predict(trainer.model, trainer.params, items, pooled));
        see(allNumbers(await trainer.read()));
      }
    },
  },
  {
    name: "an evaluation waits on the device to be read until other steps are taken and weights are written",
    run: async ({ trainer, batches, see }) => {
      const items = Int32Array.of(1, 4, 8);
      for (const [i, batch] of batches.slice(0, 8).entries()) {
        trainer.step(batch);
        const waiting = evaluateOnDevice(trainer.model, trainer.params, items, {
          k: 2,
          pooling: { id: "mean" },
          round: i,
        }) as Tensor;
        trainer.step(batch);
        if (i % 3 === 2) trainer.restore(await trainer.read());
        trainer.step(batch);
        see(await readOut(waiting));
      }
    },
  },
  {
    name: "a lens looks at the model between steps",
    run: async ({ trainer, data, batches, see }) => {
      for (const [draw, batch] of batches.slice(0, 6).entries()) {
        trainer.step(batch);
        const { clean, pooled, losses, outputs } = await look({
          experiment: trainer.experiment,
          item: {
            id: 0,
            split: "train",
            label: "a",
            origin: "toy.csv, row 1",
            input: { modality: "table", cells: {} },
          },
          data: data.data,
          trained: await trainer.read(),
          draw,
          views: null,
        });
        see([...clean, ...pooled, ...outputs.flat(), ...LEVELS.map((level) => losses[level])]);
      }
    },
  },
  {
    name: "gradients are taken between steps, at other batches and numbers",
    run: async ({ trainer, batches, see }) => {
      for (const [i, batch] of batches.slice(0, 6).entries()) {
        trainer.step(batch);
        const { value, gradient } = tf.tidy(() => trainer.lossAndGradient(batches[i + 1] as Batch, 50 + i));
        see([...(await value.data()), ...(await gradient.data())]);
        tf.dispose([value, gradient]);
      }
    },
  },
  {
    name: "others train in turns with it: with another K, another f, another level, another optimizer",
    run: async ({ trainer, batches, other, see }) => {
      const { noises } = trainer.experiment.repeat;
      const others = [
        { repeat: { k: 7, noises } },
        { aggregate: { level: "logits", pooling: { id: "max" } } },
        { aggregate: { level: "loss", pooling: { id: "log-mean-exp", t: 2 } } },
        { optimizer: { id: "sgd", learningRate: 0.1 }, clipNorm: 0.1 },
        { seed: 5 },
      ].map((change) => other(change as Partial<ExperimentFile>));
      for (const batch of batches.slice(0, 6)) for (const one of [trainer, ...others]) one.step(batch);
      for (const one of others) {
        see(await one.losses());
        see(allNumbers(await one.read()));
      }
    },
  },
  {
    name: "much else is computed between steps, in tensors that come and go",
    run: async ({ trainer, batches, see }) => {
      for (const [i, batch] of batches.slice(0, 6).entries()) {
        const held = tf.tidy(() => [1, 4, 6, 15, 18, 45, 90].map((size) => tf.mul(tf.ones([size]), i)));
        trainer.step(batch);
        const sums = tf.tidy(() => tf.stack(held.map((tensor) => tf.sum(tensor))));
        tf.dispose(held);
        see(await sums.data());
        sums.dispose();
      }
    },
  },
];

const [EAGER, ...OTHERS] = WEBGPU_WAYS as [Way, ...Way[]];

describe.each(COURSES)("$name", (course) => {
  let expected: number[][] = [];
  beforeAll(async () => {
    await startTestBackend("webgpu");
    expected = await follow(EAGER, course);
    const losses = expected.at(-2) as number[];
    expect(new Set(losses).size).toBe(losses.length);
  });
  afterEach(() => expect(tf.memory().numTensors).toBe(0));

  test.each(OTHERS.filter(({ way }) => way !== "fused" || course.fused !== false))(
    "$way steps are the eager ones",
    async (way) => {
      const seen = await follow(way, course);
      expect(seen).toHaveLength(expected.length);
      for (const [i, numbers] of seen.entries())
        if (way.way === "recorded") expect(numbers).toEqual(expected[i]);
        else expectAllClose(numbers, expected[i] as number[], { absolute: 1e-3, relative: 1e-3 });
    },
  );
});
