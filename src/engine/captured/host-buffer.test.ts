import { afterEach, beforeEach, expect, test } from "vitest";
import { destroyBuffer, device, memoryBytes, readNumbers, storageBuffer } from "../gpu.ts";
import { startTestBackend } from "../testing/backends.ts";
import type { Batch } from "../train/batches.ts";
import { HostBuffer } from "./host-buffer.ts";
import type { Dispatch, Feed, Recording, Value } from "./recording.ts";

const bytesOf = (numbers: ArrayLike<number>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Float32Array.from(numbers).buffer);

const FEEDS: Feed[] = [
  { dtype: "float32", length: 3, of: ({ weights }, step) => [step, weights[0] as number, 0.25] },
  {
    dtype: "int32",
    length: 70,
    of: ({ items }) => Int32Array.from({ length: 70 }, (_, i) => i - (items[0] as number)),
  },
  { dtype: "float32", length: 1, of: (_, step) => [step / 2] },
];

const SHORT = [7, 8];
const LONG = Array.from({ length: 1500 }, (_, i) => i / 3);
const UNIFORMS = [1, 2, 3, 4];

/** A recording of dispatches that read all feeds and so many constants, with uniforms. */
function recordingOf(constants: readonly (readonly number[])[], uniforms: readonly (readonly number[])[]): Recording {
  const values: Value[] = [
    ...FEEDS.map(({ length }, feed) => ({ kind: "fed" as const, bytes: 4 * length, feed })),
    ...constants.map((numbers) => ({
      kind: "constant" as const,
      bytes: 4 * numbers.length,
      content: bytesOf(numbers),
    })),
  ];
  const dispatches = uniforms.map(
    (numbers): Dispatch => ({
      op: "Read",
      program: { label: "read", source: { code: "", entryPoint: "main" } },
      workgroups: [1, 1, 1],
      reads: [...values.keys()],
      writes: [],
      uniforms: bytesOf(numbers),
      elementwise: null,
      copy: null,
    }),
  );
  return { values, dispatches, feeds: FEEDS, sizes: [], loss: -1 };
}

const batch = (item: number, weight: number): Batch => ({
  items: Int32Array.of(item),
  weights: Float32Array.of(weight),
});

/** What a kernel reads through a binding. */
async function seen(binding: GPUBufferBinding, type: "f32" | "i32" = "f32"): Promise<number[]> {
  const count = (binding.size as number) / 4;
  const code = `
    @group(0) @binding(0) var<storage, read_write> result : array<f32>;
    @group(0) @binding(1) var<storage, read> source : array<${type}>;
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      result[id.x] = f32(source[id.x]);
    }`;
  const gpu = device();
  const pipeline = gpu.createComputePipeline({
    layout: "auto",
    compute: { module: gpu.createShaderModule({ code }), entryPoint: "main" },
  });
  const result = storageBuffer(count, "seen");
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [{ buffer: result }, binding].map((resource, at) => ({ binding: at, resource }));
  pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(count);
  pass.end();
  gpu.queue.submit([encoder.finish()]);
  const numbers = await readNumbers(result, [[0, count]]);
  destroyBuffer(result);
  return [...numbers];
}

let before = 0;
beforeEach(async () => {
  await startTestBackend("webgpu");
  before = memoryBytes();
});
afterEach(() => expect(memoryBytes()).toBe(before));

test("every step's kernels see that step's numbers", async () => {
  const host = new HostBuffer(device(), recordingOf([], []));
  for (const [step, item, weight] of [
    [1, 5, 1],
    [2, -9, 0],
    [900, 7, 0.5],
  ] as const) {
    host.fill(batch(item, weight), step);
    expect(await seen(host.fed(0))).toEqual([step, weight, 0.25]);
    expect(await seen(host.fed(1), "i32")).toEqual(Array.from({ length: 70 }, (_, i) => i - item));
    expect(await seen(host.fed(2))).toEqual([step / 2]);
  }
  host.dispose();
});

test("what is the same in every step is there from the first on, and is not touched by what is written", async () => {
  const host = new HostBuffer(device(), recordingOf([SHORT, LONG], [UNIFORMS]));
  for (const step of [1, 2]) {
    host.fill(batch(step, 1), step);
    expect(await seen(host.fixed(bytesOf(SHORT)))).toEqual(SHORT);
    expect(await seen(host.fixed(bytesOf(UNIFORMS)))).toEqual(UNIFORMS);
  }
  host.dispose();
});

test("a long constant is found by what the recording holds", async () => {
  const recording = recordingOf([LONG], [UNIFORMS]);
  const long = recording.values.at(-1) as Extract<Value, { kind: "constant" }>;
  const host = new HostBuffer(device(), recording);
  expect(await seen(host.fixed(long.content))).toEqual([...Float32Array.from(LONG)]);
  host.dispose();
});

test("the same content lies there once, and nothing lies where it cannot be bound or over something else", () => {
  const hosts = [
    recordingOf([SHORT, [3]], [UNIFORMS]),
    recordingOf([SHORT, SHORT, [3], [3]], [UNIFORMS, UNIFORMS, UNIFORMS]),
  ].map((recording) => new HostBuffer(device(), recording));
  const { minStorageBufferOffsetAlignment, minUniformBufferOffsetAlignment } = device().limits;
  const sizes = hosts.map((host) => {
    const bindings = [
      ...FEEDS.map((_, i) => host.fed(i)),
      ...[SHORT, [3], UNIFORMS].map((numbers) => host.fixed(bytesOf(numbers))),
    ];
    const spans = bindings.map(({ offset = 0, size = 0 }) => [offset, offset + size] as const);
    for (const [offset] of spans) {
      expect(offset % minStorageBufferOffsetAlignment).toBe(0);
      expect(offset % minUniformBufferOffsetAlignment).toBe(0);
    }
    const sorted = spans.toSorted(([a], [b]) => a - b);
    for (const [i, [, end]] of sorted.entries()) expect(sorted[i + 1]?.[0] ?? end).toBeGreaterThanOrEqual(end);
    expect(new Set(bindings.map(({ buffer }) => buffer)).size).toBe(1);
    return bindings[0]?.buffer.size;
  });
  expect(sizes[1]).toBe(sizes[0]);
  for (const host of hosts) host.dispose();
});

test("a step that gives more or fewer numbers than were recorded is an error", () => {
  let length = 2;
  const feed: Feed = { dtype: "float32", length: 2, of: () => new Float32Array(length) };
  const recording: Recording = {
    values: [{ kind: "fed", bytes: 8, feed: 0 }],
    dispatches: [],
    feeds: [feed],
    sizes: [],
    loss: 0,
  };
  const host = new HostBuffer(device(), recording);
  host.fill(batch(1, 1), 1);
  for (length of [1, 3])
    expect(() => host.fill(batch(1, 1), 1)).toThrow(`A step gives ${length} numbers where 2 were recorded.`);
  host.dispose();
});
