import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeviceLostError } from "../errors.ts";
import { device } from "../gpu.ts";
import { nextTask } from "../next-task.ts";
import { startTestBackend } from "../testing/backends.ts";
import { batchesFor } from "../testing/steps.ts";
import { toyData, toyExperiment, toyTrainer } from "../testing/toy.ts";
import { WEBGPU_WAYS } from "../testing/ways.ts";
import { tf } from "../tf.ts";
import type { Batch } from "./batches.ts";
import { causeOf } from "./device-guard.ts";
import type { Trainer, TrainerOptions } from "./trainer.ts";

const EXPERIMENT = toyExperiment({
  repeat: { k: 3, noises: [{ id: "gaussian", site: "features", stdDev: 0.5 }] },
  optimizer: { id: "adam", learningRate: 0.02 },
});

/** Steps that are taken on a lost device before a run has heard of it, at the very most. */
const SOON = 100;

async function started(options: TrainerOptions) {
  const before = tf.memory().numTensors;
  const data = toyData();
  const trainer = toyTrainer(EXPERIMENT, data, options);
  const batches = batchesFor(EXPERIMENT, data, 6);
  const take = (count: number) => {
    for (const batch of batches.slice(0, count)) trainer.step(batch);
  };
  const end = () => {
    trainer.dispose();
    data.dispose();
    expect(tf.memory().numTensors).toBe(before);
  };
  return { trainer, batches, take, end };
}

/** Lets the device go, and word of it come. */
async function lose(): Promise<void> {
  const gpu = device();
  gpu.destroy();
  await gpu.lost;
  await nextTask();
}

const lost = expect.objectContaining({
  name: "DeviceLostError",
  message: expect.stringMatching(/^The GPU device was lost \(.+\), and what was being trained on it\. Start again: /),
});

describe.each(WEBGPU_WAYS)("$way steps on a device that is lost", ({ options, taken }) => {
  beforeEach(async () => {
    await startTestBackend("webgpu");
    for (const level of ["error", "warn"] as const) vi.spyOn(console, level);
  });
  afterEach(() => {
    // Nothing is said past the error, and what is left of a run goes quietly.
    for (const level of ["error", "warn"] as const) expect(console[level]).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test("end soon, with an error that says what happened and what to do", async () => {
    const { trainer, batches, take, end } = await started(options);
    expect(trainer.path).toBe(taken);
    take(3);
    await trainer.idle();
    device().destroy();
    const goOn = async () => {
      for (let i = 0; i < SOON; i++) {
        trainer.step(batches[i % 6] as Batch);
        await trainer.idle();
        await nextTask();
      }
    };
    await expect(goOn()).rejects.toEqual(lost);
    end();
  });

  const reads: readonly (readonly [string, (trainer: Trainer) => Promise<unknown>])[] = [
    ["losses", (trainer) => trainer.losses()],
    ["theta", (trainer) => trainer.read()],
    ["a checkpoint", (trainer) => trainer.checkpoint()],
  ];

  test.each(reads)("give no %s: not when asked before, at the moment of loss, or after", async (_, read) => {
    const { trainer, take, end } = await started(options);
    take(3);
    const before = read(trainer);
    device().destroy();
    const readings = await Promise.allSettled([before, read(trainer)]);
    for (const reading of readings) expect(reading).toEqual({ status: "rejected", reason: lost });
    await expect(read(trainer)).rejects.toEqual(lost);
    await expect(trainer.idle()).rejects.toEqual(lost);
    end();
  });

  test("can do nothing more than be disposed of", async () => {
    const { trainer, batches, take, end } = await started(options);
    take(2);
    const [params, checkpoint] = [await trainer.read(), await trainer.checkpoint()];
    await lose();
    const [batch] = batches as [Batch];
    expect(() => trainer.step(batch)).toThrow(DeviceLostError);
    expect(() => trainer.restore(params)).toThrow(DeviceLostError);
    expect(() => trainer.resume(checkpoint)).toThrow(DeviceLostError);
    expect(() => tf.tidy(() => trainer.params())).toThrow(DeviceLostError);
    expect(() => tf.tidy(() => trainer.lossAndGradient(batch, 1))).toThrow(DeviceLostError);
    await expect(trainer.waitFor(() => new Promise(() => {}))).rejects.toEqual(lost);
    end();
  });

  test("are taken again on the next device, as if nothing had been", async () => {
    const first = await started(options);
    first.take(6);
    const expected = await first.trainer.losses();
    const gpu = device();
    await lose();
    await startTestBackend("webgpu");
    expect(device()).not.toBe(gpu);
    // The new device is nothing to a trainer of the old one.
    expect(() => first.take(1)).toThrow(DeviceLostError);
    const next = await started(options);
    next.take(6);
    expect(await next.trainer.losses()).toEqual(expected);
    first.trainer.dispose();
    next.take(6);
    expect((await next.trainer.losses()).every(Number.isFinite)).toBe(true);
    next.trainer.dispose();
  });
});

test("a device that is lost while something else is waited for ends the wait", async () => {
  await startTestBackend("webgpu");
  const { trainer, end } = await started({ path: "fast" });
  const forever = trainer.waitFor(() => new Promise(() => {}));
  device().destroy();
  await expect(forever).rejects.toEqual(lost);
  end();
});

test("an error is the device's only where the device is lost", async () => {
  await startTestBackend("webgpu");
  const [aborted, other] = [new DOMException("", "AbortError"), new Error("of another kind")];
  expect(await causeOf(other)).toBe(other);
  expect(await causeOf(aborted)).toBe(aborted);
  // Whoever waits for the device may hear of it before the device says so.
  device().destroy();
  expect(await causeOf(aborted)).toEqual(lost);
  expect(await causeOf(other)).toBe(other);
});

test("on a backend without a device nothing is lost with one", async () => {
  await startTestBackend("webgpu");
  const gpu = device();
  await startTestBackend("cpu");
  const { trainer, take, end } = await started({ path: "eager" });
  gpu.destroy();
  await gpu.lost;
  await nextTask();
  take(6);
  expect((await trainer.losses()).every(Number.isFinite)).toBe(true);
  await trainer.idle();
  end();
});
