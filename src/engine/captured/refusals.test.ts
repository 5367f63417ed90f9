import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Experiment } from "../../shared/experiment.ts";
import { startTestBackend } from "../testing/backends.ts";
import {
  disposeOfKept,
  REFUSED_EXPERIMENT as EXPERIMENT,
  isDry,
  networkWith,
  REFUSED,
} from "../testing/refused-steps.ts";
import { batchesFor, stepsOf } from "../testing/steps.ts";
import { toyData } from "../testing/toy.ts";
import { type Tensor, tf } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";
import { Model } from "../train/model.ts";
import { buildNetwork, type Network } from "../train/network.ts";
import { Trainer } from "../train/trainer.ts";

function trainerOf(network: Network, data: DeviceData, path: "fast" | "captured" | "mixed" | "eager"): Trainer {
  return new Trainer(new Model(network, EXPERIMENT, data, [3, 6, 2]), network.init(1), 100, { path });
}

describe("a step that", () => {
  let data: DeviceData;
  let before: number;
  beforeEach(async () => {
    await startTestBackend("webgpu");
    before = tf.memory().numTensors;
    data = toyData();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    disposeOfKept();
    data.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(REFUSED)("$name is refused, and its model is trained as if nothing had been", async ({ reason, more }) => {
    for (const path of ["captured", "fast"] as const) {
      const trainer = trainerOf(networkWith(data, more()), data, path);
      expect(trainer.path).toBe("mixed");
      expect(trainer.report.reason).toContain(reason);
      expect(trainer.report.refused).toContain(reason);
      const plain = trainerOf(networkWith(data, more()), data, "mixed");
      const theta = await trainer.read();
      expect(theta).toEqual(await plain.read());
      for (const batch of batchesFor(EXPERIMENT, data, 6)) trainer.step(batch);
      const losses = await trainer.losses();
      expect(losses).toHaveLength(6);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(await trainer.read()).not.toEqual(theta);
      trainer.dispose();
      plain.dispose();
    }
  });

  test("disposes of what is older than it is refused before it is done", async () => {
    const older = tf.tensor1d([1, 2, 3]);
    const network = networkWith(data, (h) => {
      if (isDry()) older.dispose();
      return tf.add(h, tf.sum(older));
    });
    const trainer = trainerOf(network, data, "captured");
    expect(trainer.report.reason).toBe("the step disposes of a tensor that is older than the step");
    expect([...(await older.data())]).toEqual([1, 2, 3]);
    trainer.dispose();
    older.dispose();
  });

  test("keeps a tensor from its first time on is recorded, and finds it there later", async () => {
    const train = async (kind: "eager" | "plain") => {
      let weights: Tensor | null = null;
      const network = networkWith(data, (h) => {
        weights ??= tf.keep(tf.tensor1d(Array.from({ length: 6 }, (_, i) => i / 3)));
        return tf.mul(h, weights);
      });
      const steps = stepsOf(kind, { experiment: EXPERIMENT, data, network });
      for (const [i, batch] of batchesFor(EXPERIMENT, data, 8).entries()) steps.take(batch, i + 1);
      const losses = [...(await steps.readLosses())];
      steps.dispose();
      tf.dispose(weights as unknown as Tensor);
      return losses;
    };
    expect(await train("plain")).toEqual(await train("eager"));
  });
});

test("an experiment's own step reads neither its batch nor its number but through what is fed", async () => {
  await startTestBackend("webgpu");
  const data = toyData();
  const of: Experiment = {
    ...EXPERIMENT,
    repeat: { ...EXPERIMENT.repeat, noises: [{ id: "mixup", site: "input", alpha: 1 }] },
  };
  const network = buildNetwork(of, data.data.input, data.data.numClasses);
  const model = new Model(network, of, data);
  const read = vi.spyOn(model, "loss").mockImplementation((_, input) => tf.scalar(input.step) as tf.Scalar);
  const trainer = new Trainer(model, network.init(1), 100, { path: "captured" });
  expect(trainer.report.reason).toBe("the step reads the step's number on the host");
  read.mockRestore();
  trainer.dispose();
  data.dispose();
});
