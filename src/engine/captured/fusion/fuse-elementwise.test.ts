import { beforeEach, expect, test } from "vitest";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { HandMade } from "../../testing/recordings.ts";
import { runRecording } from "../../testing/run-recording.ts";
import type { ValueId } from "../recording.ts";
import { fuseElementwise } from "./fuse-elementwise.ts";

beforeEach(() => startTestBackend("webgpu"));

/** What a case computes into values that outlive the step, and in how many dispatches it can be done. */
interface Case {
  readonly name: string;
  readonly dispatches: number;
  readonly make: (hand: HandMade) => ValueId[];
}

/** Copies a value to one that stays, by a kernel that is not known. */
function read(hand: HandMade, id: ValueId, count: number): ValueId {
  return hand.opaque("x0", [count], [id], hand.kept(count));
}

const CASES: readonly Case[] = [
  {
    name: "a chain with a bias, of odd size",
    dispatches: 2,
    make: (hand) => {
      const a = hand.elementwise("x0 + x1", [5, 7], [hand.kept(35), { id: hand.kept(7), strides: [0, 1] }]);
      const b = hand.elementwise("max(x0, T(0.0))", [35], [a]);
      return [read(hand, hand.elementwise("x0 * x1", [35], [b, hand.kept(35)]), 35)];
    },
  },
  {
    name: "columns and rows beside each other, by vec4",
    dispatches: 2,
    make: (hand) => {
      const x = hand.kept(96);
      const a = hand.elementwise("x0 - x1", [12, 8], [x, { id: hand.kept(12), strides: [1, 0] }]);
      const b = hand.elementwise("x0 * x1", [12, 8], [a, { id: hand.kept(8), strides: [0, 1] }]);
      return [read(hand, hand.elementwise("x0 + x1", [96], [b, { id: hand.constant(0.5), strides: [0] }]), 96)];
    },
  },
  {
    name: "three channels, whose rows no vec4 fits",
    dispatches: 2,
    make: (hand) => {
      const channels = () => ({ id: hand.kept(3), strides: [0, 1] });
      const a = hand.elementwise("x0 * x1", [2, 4, 12], [hand.kept(96), { id: hand.kept(24), strides: [12, 0, 1] }]);
      const b = hand.elementwise("x0 - x1", [32, 3], [a, channels()]);
      return [read(hand, hand.elementwise("x0 * x1", [32, 3], [b, channels()]), 96)];
    },
  },
  {
    name: "a diamond",
    dispatches: 2,
    make: (hand) => {
      const x = hand.elementwise("x0 + 1.0", [64], [hand.kept(64)]);
      const [a, b] = [hand.elementwise("x0 * x0", [64], [x]), hand.elementwise("x0 - 2.0", [64], [x])];
      return [read(hand, hand.elementwise("x0 * x1", [64], [a, b]), 64)];
    },
  },
  {
    name: "an intermediate that others read",
    dispatches: 3,
    make: (hand) => {
      const x = hand.elementwise("exp(x0)", [64], [hand.kept(64)]);
      const y = hand.elementwise("x0 * 3.0", [64], [x]);
      return [read(hand, x, 64), read(hand, y, 64)];
    },
  },
  {
    name: "a transpose of a sum",
    dispatches: 2,
    make: (hand) => {
      const x = hand.elementwise("x0 + x1", [6, 8], [hand.kept(48), { id: hand.kept(8), strides: [0, 1] }]);
      const turned = hand.elementwise("x0", [8, 6], [{ id: x, strides: [1, 8] }]);
      return [read(hand, turned, 48)];
    },
  },
  {
    name: "heads of a sum, split and turned",
    dispatches: 2,
    make: (hand) => {
      const x = hand.elementwise("x0 + x1", [15, 16], [hand.kept(240), { id: hand.kept(16), strides: [0, 1] }]);
      const heads = hand.elementwise("x0", [3, 2, 5, 8], [{ id: x, strides: [80, 8, 16, 1] }]);
      return [read(hand, hand.elementwise("x0 * 0.5", [240], [heads]), 240)];
    },
  },
  {
    name: "what is computed of every row and read along it",
    dispatches: 2,
    make: (hand) => {
      const scale = hand.elementwise("1.0 / (x0 * x0 + 1.0)", [12], [hand.kept(12)]);
      const y = hand.elementwise("x0 * x1", [12, 20], [hand.kept(240), { id: scale, strides: [1, 0] }]);
      return [read(hand, y, 240)];
    },
  },
  {
    name: "a value written in place between",
    dispatches: 4,
    make: (hand) => {
      const state = hand.kept(32);
      const before = hand.elementwise("x0 + x1", [32], [state, hand.kept(32)]);
      hand.opaque("x0", [32], [hand.kept(32)], state);
      const after = hand.elementwise("x0 * x1", [32], [before, state]);
      return [read(hand, after, 32), state];
    },
  },
  {
    name: "an optimizer's update in place",
    dispatches: 1,
    make: (hand) => {
      const [theta, momentum, gradient] = [hand.kept(37), hand.kept(37), hand.kept(37)];
      const v = hand.elementwise("0.9 * x0 + x1", [37], [momentum, gradient]);
      const next = hand.elementwise("x0 - 0.1 * x1", [37], [theta, v]);
      const [newTheta, newMomentum] = [hand.kept(37), hand.kept(37)];
      hand.elementwise("x0", [37], [next], newTheta);
      hand.elementwise("x0", [37], [v], newMomentum);
      return [newTheta, newMomentum];
    },
  },
  {
    name: "a cycle: what is read again after a kernel that needs it",
    dispatches: 4,
    make: (hand) => {
      const x = hand.elementwise("x0 + x1", [40], [hand.kept(40), hand.kept(40)]);
      const y = hand.elementwise("tanh(x0)", [40], [x]);
      const through = hand.opaque("x0 * 2.0", [40], [y]);
      return [read(hand, hand.elementwise("x0 * (1.0 - x1 * x1)", [40], [through, y]), 40)];
    },
  },
];

async function results(hand: HandMade, ids: readonly ValueId[]) {
  const fused = fuseElementwise(hand.recording);
  const [expected, actual] = [
    await runRecording(hand.recording, hand.contents, ids),
    await runRecording(fused, hand.contents, ids),
  ];
  for (const [i, values] of expected.entries()) {
    expect(values.every((value) => value === 0)).toBe(false);
    expectAllClose(actual[i] as Float32Array, values, { absolute: 1e-6, relative: 1e-6 });
  }
  return fused;
}

test.each(CASES)("$name", async ({ make, dispatches }) => {
  const hand = new HandMade();
  const fused = await results(hand, make(hand));
  expect(fused.dispatches).toHaveLength(dispatches);
});

test("no kernel binds more than eight buffers", async () => {
  const hand = new HandMade();
  let sum = hand.kept(24);
  for (let i = 0; i < 20; i++) sum = hand.elementwise("x0 + x1", [24], [sum, hand.kept(24)]);
  const fused = await results(hand, [read(hand, sum, 24)]);
  expect(fused.dispatches.length).toBeLessThan(7);
  for (const { reads, writes } of fused.dispatches) expect(reads.length + writes.length).toBeLessThanOrEqual(8);
});

test("what a kernel writes it does not read by another binding", async () => {
  const hand = new HandMade();
  const state = hand.kept(32);
  const next = hand.elementwise("x0 * 0.5", [32], [state]);
  const sum = hand.elementwise("x0 + x1", [32], [next, hand.kept(32)]);
  hand.elementwise("x0", [32], [sum], state);
  const fused = await results(hand, [state]);
  for (const { reads, writes } of fused.dispatches) for (const id of writes) expect(reads).not.toContain(id);
});

test("sizes are no part of the code", () => {
  const codes = [12, 20].map((rows) => {
    const hand = new HandMade();
    const a = hand.elementwise("x0 + x1", [rows, 8], [hand.kept(8 * rows), { id: hand.kept(8), strides: [0, 1] }]);
    hand.elementwise("x0 * x0", [8 * rows], [a], hand.kept(8 * rows));
    return fuseElementwise(hand.recording).dispatches.map(({ program }) => program.source);
  });
  expect(codes[0]).toHaveLength(1);
  expect(codes[0]).toEqual(codes[1]);
});

test("what needs more axes than a kernel may have stays as it is", async () => {
  const hand = new HandMade();
  const axes = [2, 2, 2, 2, 2, 2, 2];
  const turned = hand.elementwise("x0", axes, [{ id: hand.kept(128), strides: [1, 2, 4, 8, 16, 32, 64] }]);
  const fused = await results(hand, [read(hand, hand.elementwise("x0 + 1.0", [128], [turned]), 128)]);
  expect(fused.dispatches[0]).toBe(hand.recording.dispatches[0]);
});
