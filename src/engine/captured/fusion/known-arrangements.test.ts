import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { HandMade } from "../../testing/recordings.ts";
import { runRecording } from "../../testing/run-recording.ts";
import { batchesFor, type StepKind, stepsOf } from "../../testing/steps.ts";
import { toyData, toyExperiment } from "../../testing/toy.ts";
import { DeviceData } from "../../train/device-data.ts";
import type { ValueId } from "../recording.ts";
import { Arrangement } from "./arrangement.ts";
import { fuseElementwise } from "./fuse-elementwise.ts";

beforeEach(() => startTestBackend("webgpu"));
afterEach(() => vi.restoreAllMocks());

const countAttempts = () => vi.spyOn(Arrangement.prototype, "attempt");

test("a trainer of the same model on other data searches no more, and takes its own steps", async () => {
  const experiment = toyExperiment({
    backbone: { id: "mlp", hidden: [7, 5] },
    repeat: { k: 3, noises: [{ id: "gaussian", site: "input", stdDev: 0.5 }] },
  });
  const few = toyData();
  const { values, rowOf, labels, ...rest } = few.data;
  const more = new DeviceData({
    ...rest,
    values: Float32Array.from({ length: 2 * values.length }, (_, i) => (values[i % values.length] as number) + i / 50),
    rowOf: Int32Array.from({ length: 2 * rowOf.length }, (_, i) => i),
    labels: Int32Array.of(...labels, ...labels.toReversed()),
  });
  const train = async (kind: StepKind, data: DeviceData) => {
    const steps = stepsOf(kind, { experiment, data });
    for (const [i, batch] of batchesFor(experiment, data, 6).entries()) steps.take(batch, i + 1);
    const losses = await steps.readLosses();
    steps.dispose();
    return losses;
  };
  const attempts = countAttempts();
  const [before] = [await train("optimised", few)];
  expect(attempts.mock.calls.length).toBeGreaterThan(20);
  attempts.mockClear();
  // Its first five batches are whole, as the others' were; the padded one is of another shape, which is known as well.
  const losses = await train("optimised", more);
  expect(attempts).not.toHaveBeenCalled();
  expectAllClose(losses, await train("eager", more), { absolute: 1e-4, relative: 1e-3 });
  expect(Math.abs((losses[0] as number) - (before[0] as number))).toBeGreaterThan(1e-3);
  few.dispose();
  more.dispose();
});

/** A chain that reads seven values and a constant: as many as a kernel may bind, where the constant is one number. */
function chain(content: readonly number[]): { hand: HandMade; result: ValueId } {
  const hand = new HandMade();
  let sum = hand.kept(8);
  for (let i = 0; i < 6; i++) sum = hand.elementwise("x0 + x1", [8], [sum, hand.kept(8)]);
  const constant = { id: hand.constants(content), strides: [1] };
  return { hand, result: hand.elementwise("x0 * x1", [8], [sum, constant], hand.kept(8)) };
}

test("numbers come from the recording at hand, and what it does not allow is searched anew", async () => {
  const run = async (content: readonly number[]) => {
    const { hand, result } = chain(content);
    const fused = fuseElementwise(hand.recording);
    const [expected] = await runRecording(hand.recording, hand.contents, [result]);
    const [actual] = await runRecording(fused, hand.contents, [result]);
    expectAllClose(actual as Float32Array, expected as Float32Array, { absolute: 1e-6, relative: 1e-6 });
    return fused.dispatches.length;
  };
  const attempts = countAttempts();
  expect(await run(Array(8).fill(0.5))).toBe(1);
  attempts.mockClear();
  expect(await run(Array(8).fill(-3))).toBe(1);
  expect(attempts).not.toHaveBeenCalled();
  expect(await run([1, 2, 3, 4, 5, 6, 7, 8])).toBe(2);
  expect(attempts).toHaveBeenCalled();
});
