import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExperimentFile } from "../../shared/experiment.ts";
import { device, memoryBytes } from "../gpu.ts";
import { nextTask } from "../next-task.ts";
import { startTestBackend } from "../testing/backends.ts";
import { type WatchedBuffers, watchBuffers } from "../testing/buffers.ts";
import { batchesFor } from "../testing/steps.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { type Way, WEBGPU_WAYS } from "../testing/ways.ts";
import { deviceIdle, tf } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";
import { predict } from "../train/evaluate.ts";

const TRAINERS = 12;
const WARM = 3;

const EXPERIMENTS: Record<string, Partial<ExperimentFile>> = {
  small: { repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] } },
  wide: {
    backbone: { id: "mlp", hidden: [64, 64] },
    batchSize: 32,
    repeat: { k: 8, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
    clipNorm: 1,
  },
};

/** One trainer's life: steps with and without padding, readings, an evaluation, its end. */
async function live({ options, taken }: Way, change: Partial<ExperimentFile>, data: DeviceData): Promise<void> {
  const trainer = toyTrainer(toyExperiment(change), data, options);
  expect(trainer.path).toBe(taken);
  for (const batch of batchesFor(trainer.experiment, data, 4)) trainer.step(batch);
  await trainer.losses();
  await predict(trainer.model, trainer.params, Int32Array.of(0, 3), "clean");
  trainer.restore(await trainer.read());
  trainer.resume(await trainer.checkpoint());
  trainer.dispose();
  // What tfjs has still to send holds what it disposes of.
  await deviceIdle();
}

let buffers: WatchedBuffers;
beforeEach(async () => {
  await startTestBackend("webgpu");
  buffers = watchBuffers();
});
afterEach(() => buffers.stop());

describe.each(WEBGPU_WAYS)("$way steps", (way) => {
  test("leave no buffer and no tensor behind, however many trainers have taken them", async () => {
    const data = toyData();
    const small = EXPERIMENTS.small as Partial<ExperimentFile>;
    const left = () => ({
      buffers: buffers.alive(),
      bytes: buffers.bytes(),
      tensors: tf.memory().numTensors,
      dataBuffers: tf.memory().numDataBuffers,
      memory: memoryBytes(),
    });
    // tfjs keeps buffers for the next tensors of their size: the first trainers fill its store.
    for (let i = 0; i < WARM; i++) await live(way, small, data);
    const before = left();
    for (let i = WARM; i < TRAINERS; i++) await live(way, small, data);
    const after = left();
    data.dispose();
    expect(after).toEqual(before);
    expect(tf.memory().numTensors).toBe(0);
  });
});

/** The most bytes that steps of a way have had on a device of their own. */
async function peak(way: Way, change: Partial<ExperimentFile>): Promise<number> {
  buffers.stop();
  const gpu = device();
  gpu.destroy();
  await gpu.lost;
  await nextTask();
  await startTestBackend("webgpu");
  buffers = watchBuffers();
  const data = toyData();
  const trainer = toyTrainer(toyExperiment(change), data, way.options);
  expect(trainer.path).toBe(way.taken);
  for (const batch of batchesFor(trainer.experiment, data, 4)) {
    trainer.step(batch);
    await trainer.idle();
  }
  await trainer.losses();
  const most = buffers.peakBytes();
  trainer.dispose();
  data.dispose();
  return most;
}

test("captured, recorded and fused steps never have more bytes on the device than eager ones", async () => {
  const change = EXPERIMENTS.wide as Partial<ExperimentFile>;
  const peaks: Record<string, number> = {};
  for (const way of WEBGPU_WAYS) peaks[way.way] = await peak(way, change);
  for (const way of ["captured", "recorded", "fused"]) expect(peaks[way]).toBeLessThanOrEqual(peaks.eager as number);
});
