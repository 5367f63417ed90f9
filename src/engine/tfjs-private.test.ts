import { beforeAll, describe, expect, test } from "vitest";
import { startTestBackend } from "./testing/backends.ts";
import { TFJS_VERSION, tf, webGpuBackend } from "./tf.ts";
import { insideBackend, insideEngine } from "./tfjs-private.ts";

/** What is to be done where one of these fails. */
const ADVICE =
  "tfjs has changed inside: read its WebGPU backend anew, mend tfjs-private.ts, captured/tape.ts and captured/recording-device.ts, then pin the new version here.";

beforeAll(() => startTestBackend("webgpu"));

test("tfjs is the version that this was written against", () => {
  expect(TFJS_VERSION, ADVICE).toBe("4.22.0");
});

describe("the backend has", () => {
  test.each([
    ["device", "object"],
    ["queue", "object"],
    ["bufferManager", "object"],
    ["pipelineCache", "object"],
    ["commandEncoder", "object"],
    ["tensorMap", "object"],
    ["write", "function"],
    ["uploadToGPU", "function"],
    ["runWebGPUProgram", "function"],
    ["readSync", "function"],
    ["read", "function"],
    ["ensureCommandEncoderReady", "function"],
    ["endComputePassEncoder", "function"],
    ["submitQueue", "function"],
  ] as const)("%s, of the kind %s", (name, kind) => {
    const backend = insideBackend(webGpuBackend());
    expect(name in backend, ADVICE).toBe(true);
    expect(typeof backend[name], ADVICE).toBe(kind);
  });

  test("a manager of buffers that acquires and releases", () => {
    const manager = insideBackend(webGpuBackend()).bufferManager as Record<string, unknown>;
    expect([typeof manager.acquireBuffer, typeof manager.releaseBuffer], ADVICE).toEqual(["function", "function"]);
  });

  test("an entry for each tensor's data, with what holds it, and its pipelines by the keys of their shaders", async () => {
    const sum = tf.add(tf.tensor1d([1, 2, 3]), 1);
    const backend = insideBackend(webGpuBackend());
    const data = backend.tensorMap.get(sum.dataId);
    expect(data.resource, ADVICE).toBeInstanceOf(GPUBuffer);
    expect(data.dtype, ADVICE).toBe("float32");
    expect(Object.values(backend.pipelineCache)[0], ADVICE).toBeInstanceOf(GPUComputePipeline);
    expect(backend.commandEncoder, ADVICE).not.toBeNull();
    expect([...(await sum.data())]).toEqual([2, 3, 4]);
    expect(backend.commandEncoder, ADVICE).toBeNull();
    sum.dispose();
  });
});

test.each(["runKernelFunc", "trackTensor", "disposeTensor"] as const)("the engine has %s", (name) => {
  expect(typeof insideEngine(tf.engine())[name], ADVICE).toBe("function");
});

test("the engine has a tape while gradients are taken, and then none", () => {
  const { state } = insideEngine(tf.engine());
  let during: unknown;
  const square = tf.grad((x) => {
    during = state.activeTape;
    return tf.square(x);
  });
  square(tf.scalar(3)).dispose();
  expect(Array.isArray(during), ADVICE).toBe(true);
  expect(state.activeTape, ADVICE).toBeNull();
});
