import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestBackend } from "../testing/backends.ts";
import { type Tensor, tf, webGpuBackend } from "../tf.ts";
import type { Batch } from "../train/batches.ts";
import type { StepInput } from "../train/step-input.ts";
import { differenceOf, programsOf, record } from "./record.ts";
import type { Recording } from "./recording.ts";
import { NotCapturable } from "./recording-device.ts";

const BATCHES: [Batch, Batch] = [
  { items: Int32Array.of(0, 1, 2), weights: Float32Array.of(1, 1, 1) },
  { items: Int32Array.of(2, 0, 1), weights: Float32Array.of(1, 1, 1) },
];
const INPUTS = [
  [BATCHES[0], 1],
  [BATCHES[1], 2],
] as const;

let weights: Tensor;
let before: number;
beforeEach(async () => {
  await startTestBackend("webgpu");
  before = tf.memory().numTensors;
  weights = tf.tidy(() => tf.mul(tf.tensor1d([1, 2, 3]), 0.5));
});
afterEach(() => {
  weights.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

const items = (input: StepInput): Tensor =>
  tf.cast(
    input.integers((batch) => batch.items),
    "float32",
  );
const loss = (x: Tensor): Tensor => tf.sum(tf.mul(x, weights));

test("a recording says what is kept, fed, constant and in between, and which operation each dispatch is", () => {
  const recording = record(
    (input) =>
      loss(
        tf.mul(
          tf.add(items(input), tf.tensor1d([5, 6, 7])),
          input.numbers((_, step) => [step]),
        ),
      ),
    INPUTS,
  );
  const { values, dispatches, feeds } = recording;
  expect(feeds.map(({ dtype, length }) => [dtype, length])).toEqual([
    ["int32", 3],
    ["float32", 1],
  ]);
  expect(feeds.map(({ of }) => [...Array.from(of(BATCHES[1], 9))])).toEqual([[2, 0, 1], [9]]);
  const kinds = dispatches.map(({ reads }) => reads.map((id) => values[id]?.kind));
  expect(kinds.flat().filter((kind) => kind === "fed")).toHaveLength(2);
  expect(kinds.flat().filter((kind) => kind === "constant")).toHaveLength(1);
  const kept = values.filter((value) => value.kind === "kept");
  expect(kept).toEqual([
    { kind: "kept", bytes: 12, buffer: webGpuBackend().tensorMap.get(weights.dataId).resource as GPUBuffer },
  ]);
  expect(dispatches.map(({ op }) => op)).toEqual(expect.arrayContaining(["Add", "Multiply", "Sum"]));
  expect(values[recording.loss]).toEqual({ kind: "temporary", bytes: 4 });
  expect(dispatches.at(-1)?.writes).toEqual([recording.loss]);
});

interface Changing {
  readonly name: string;
  readonly reason: string;
  /** The step; `time` counts how often it was taken. */
  readonly step: (input: StepInput, time: number) => Tensor;
}

const CHANGING: readonly Changing[] = [
  {
    name: "numbers of the batch that did not come by its input",
    reason: "Multiply is given other numbers by the host in every step",
    step: (input, time) => loss(tf.mul(items(input), tf.tensor1d([time, 1, 1]))),
  },
  {
    name: "an attribute of an operation",
    reason: "LeakyRelu changes its shapes or numbers from step to step",
    step: (input, time) => loss(tf.leakyRelu(tf.sub(items(input), 1), time / 10)),
  },
  {
    name: "a shape",
    reason: "changes its shapes or numbers from step to step",
    step: (input, time) => tf.add(loss(items(input)), tf.sum(tf.pad(weights, [[0, 1 + time]]))),
  },
  {
    name: "which of two tensors is read",
    reason: "changes its shapes or numbers from step to step",
    step: (input, time) => {
      const [a, b] = [tf.tanh(items(input)), tf.sin(items(input))];
      return loss(time % 2 === 0 ? tf.sub(a, b) : tf.sub(b, a));
    },
  },
  {
    name: "an operation in the middle",
    reason: "is not followed by the same operations in every step",
    step: (input, time) => loss(time % 2 === 0 ? tf.tanh(items(input)) : tf.sin(items(input))),
  },
  {
    name: "one operation less at the end",
    reason: "is not followed by the same operations in every step",
    step: (input, time) => (time % 2 === 0 ? tf.tanh(loss(items(input))) : loss(items(input))),
  },
  {
    name: "one operation more at the end",
    reason: "the step takes more operations than the one before",
    step: (input, time) => (time % 2 === 1 ? tf.tanh(loss(items(input))) : loss(items(input))),
  },
  {
    name: "which of its results is the loss",
    reason: "the step does not end in the same loss every time",
    step: (input, time) => [loss(items(input)), loss(tf.tanh(items(input)))][time % 2] as Tensor,
  },
];

test.each(CHANGING)("a step that changes $name is refused, and the operation is named", ({ step, reason }) => {
  let time = 0;
  const taken = () => record((input) => step(input, time++), INPUTS);
  expect(taken).toThrow(NotCapturable);
  expect(taken).toThrow(reason);
});

test("a step that reads another tensor in its place is refused", () => {
  const others = tf.tidy(() => [tf.mul(weights, 2), tf.mul(weights, 3)]);
  let time = 0;
  const step = (input: StepInput) => loss(tf.mul(items(input), others[time++ % 2] as Tensor));
  expect(() => record(step, INPUTS)).toThrow("Multiply is given other numbers by the host in every step");
  tf.dispose(others);
});

test("a step without a loss of its own is refused", () => {
  expect(() => record(() => tf.scalar(3), INPUTS)).toThrow("the loss is not computed on the device");
});

describe("two recordings of one step", () => {
  const one = () => record((input) => loss(tf.tanh(items(input))), INPUTS);

  test("agree with each other, and with themselves", () => {
    const recording = one();
    expect(differenceOf(recording, one())).toBeNull();
    expect(differenceOf(recording, recording)).toBeNull();
  });

  test.each([
    ["workgroups", [2, 1, 1]],
    ["uniforms", Uint8Array.of(9)],
    ["reads", [0]],
    ["writes", [0]],
  ] as const)("do not where a dispatch has other %s", (member, value) => {
    const recording = one();
    for (const i of recording.dispatches.keys()) {
      const dispatches = recording.dispatches.with(i, {
        ...(recording.dispatches[i] as object),
        [member]: value,
      } as never);
      const { op } = recording.dispatches[i] as Recording["dispatches"][number];
      if (String(dispatches[i]?.[member]) === String(recording.dispatches[i]?.[member])) continue;
      expect(differenceOf(recording, { ...recording, dispatches })).toBe(
        `${op} changes its shapes or numbers from step to step`,
      );
    }
  });
});

test("programs of a computation are named without running it", async () => {
  const backend = webGpuBackend();
  const dispatched = backend.queue.submit;
  const programs = programsOf(() => {
    const x = tf.tidy(() => tf.sum(tf.tanh(weights)));
    x.dispose();
  });
  expect(programs.length).toBeGreaterThanOrEqual(2);
  expect(new Set(programs.map(({ shaderKey }) => shaderKey)).size).toBe(programs.length);
  expect(backend.queue.submit).toBe(dispatched);
  expect([...(await weights.data())]).toEqual([0.5, 1, 1.5]);
});
