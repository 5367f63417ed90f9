import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { device } from "../gpu.ts";
import { expectAllClose } from "../testing/allclose.ts";
import { startTestBackend } from "../testing/backends.ts";
import { watchBuffers } from "../testing/buffers.ts";
import { disposeOfKept, REFUSED_EXPERIMENT as EXPERIMENT, networkWith, REFUSED } from "../testing/refused-steps.ts";
import { stepsOf } from "../testing/steps.ts";
import { toyData } from "../testing/toy.ts";
import { type Tensor, type Tensor2D, tf, webGpuBackend } from "../tf.ts";
import type { DeviceData } from "../train/device-data.ts";

const kept: Tensor[] = [];

describe("a step that is refused because it", () => {
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
    tf.dispose(kept.splice(0));
    data.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(REFUSED)("$name leaves everything as it was", async ({ more }) => {
    // Some of the data are still on the host, some on the device.
    const onHost = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const flags = tf.tensor1d([true, false, true], "bool");
    const onDevice = tf.tidy(() => tf.mul(tf.tensor1d([1, 2, 3]), 2));
    const network = networkWith(data, (h) => {
      const used = tf.add(tf.sum(tf.mul(onHost, onDevice)), tf.sum(tf.cast(flags, "float32")));
      return refused(tf.add(h, tf.mul(used, 0)) as Tensor2D);
    });
    const refused = more();
    const tensors = tf.memory().numTensors;
    const inside = webGpuBackend();
    const members = { ...inside };
    const engine = { ...tf.engine() };
    const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, "dispatchWorkgroups");
    const steps = () => stepsOf("optimised", { experiment: EXPERIMENT, data, network });
    expect(steps).toThrow("no optimised steps");
    expect(dispatch).not.toHaveBeenCalled();
    // The first time, numbers that were on the host have moved to the device.
    const buffers = watchBuffers();
    expect(steps).toThrow("no optimised steps");
    expect(buffers.alive()).toBe(0);
    buffers.stop();
    dispatch.mockRestore();
    expect(tf.memory().numTensors).toBe(tensors);
    for (const name of Object.keys(members) as (keyof typeof members)[])
      if (
        !/^(pipelineCache|commandQueueOwnedIds|.*PendingDisposal|computePassEncoder|commandEncoder|dispatchCount.*)$/.test(
          name,
        )
      )
        expect(inside[name], name).toBe(members[name]);
    expect(Object.keys(inside)).toEqual(Object.keys(members));
    expect(Object.keys(tf.engine())).toEqual(Object.keys(engine));

    // tfjs still computes, out of all of these.
    expectAllClose(await onHost.data(), [1, 2, 3, 4, 5, 6]);
    expect([...(await flags.data())].map(Number)).toEqual([1, 0, 1]);
    expectAllClose(await onDevice.data(), [2, 4, 6]);
    const product = tf.tidy(() => tf.matMul(onHost, tf.reshape(onDevice, [3, 1])));
    expectAllClose(await product.data(), [28, 64]);
    const rows = tf.tidy(() => data.inputs(Int32Array.of(0, 1)));
    expectAllClose(await rows.data(), data.data.values.slice(0, 8));
    tf.dispose([onHost, flags, onDevice, product, rows]);
    await device().queue.onSubmittedWorkDone();
  });

  test("throws, which is no refusal: its error comes through, and nothing is left", () => {
    const network = networkWith(data, (h) => {
      kept.push(tf.keep(tf.tanh(h)));
      throw new Error("a fault of its own");
    });
    const tensors = tf.memory().numTensors;
    expect(() => stepsOf("optimised", { experiment: EXPERIMENT, data, network })).toThrow("a fault of its own");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
