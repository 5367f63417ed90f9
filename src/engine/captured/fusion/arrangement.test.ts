import { beforeAll, expect, test } from "vitest";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { deep, drawn } from "../../testing/drawn-recordings.ts";
import { runRecording } from "../../testing/run-recording.ts";
import { expectRunnable } from "../../testing/runnable.ts";
import type { Recording } from "../recording.ts";
import { Arrangement } from "./arrangement.ts";
import { fuseElementwise, improvements } from "./fuse-elementwise.ts";
import { FusedKernel } from "./fused-kernel.ts";
import { costOf } from "./kernel-cost.ts";
import { materialOf } from "./material.ts";
import type { DefinitionId } from "./value-flow.ts";

beforeAll(() => startTestBackend("webgpu"));

/** What each kernel has to store, worked out from what stays after the step backwards, again and again. */
function storedFromScratch(arrangement: Arrangement): Map<FusedKernel, number[]> {
  const { flow, recording, elementwise } = arrangement.material;
  const wanted = new Set<DefinitionId>();
  for (const [id, { value }] of flow.definitions.entries())
    if (recording.values[value]?.kind === "kept") wanted.add(id);
  for (const [dispatch, e] of elementwise.entries()) {
    if (e) continue;
    for (const id of flow.reads[dispatch] ?? []) wanted.add(id);
    for (const id of flow.writes[dispatch] ?? []) wanted.add(flow.before[id] ?? id);
  }
  const stored = new Map<FusedKernel, number[]>();
  for (let before = -1; before < wanted.size; ) {
    before = wanted.size;
    for (const kernel of arrangement.fused) {
      const its = [...kernel.members].filter((member) => wanted.has(flow.writes[member]?.[0] as DefinitionId));
      if (its.length === 0) continue;
      stored.set(
        kernel,
        its.sort((a, b) => a - b),
      );
      const plan = new FusedKernel(arrangement.material, kernel.members, kernel.inlined).plan(its);
      for (const { definition } of plan?.loads ?? []) wanted.add(definition);
    }
  }
  return stored;
}

function expectAsFromScratch(arrangement: Arrangement): void {
  const stored = storedFromScratch(arrangement);
  const running = arrangement.kernels.flatMap(({ what }) => (typeof what === "number" ? [] : [what]));
  expect(running).toHaveLength(stored.size);
  let cost = 0;
  for (const { kernel, plan } of running) {
    const { material, members, inlined } = kernel;
    const afresh = new FusedKernel(material, members, inlined).plan(stored.get(kernel) as number[]);
    expect(plan).toEqual(afresh);
    if (afresh) cost += costOf(afresh);
  }
  expect(arrangement.cost).toBeCloseTo(cost, 3);
  expectRunnable(arrangement.material, arrangement.kernels);
}

function startOf(recording: Recording): Arrangement {
  const { material, kernels } = materialOf(recording);
  return Arrangement.of(material, kernels) as Arrangement;
}

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

test.each(SEEDS)("after every step of the search all is as if worked out from scratch: recording %i", (seed) => {
  const arrangement = startOf(drawn(seed, 40).recording);
  expectAsFromScratch(arrangement);
  let [cost, steps] = [arrangement.cost, 0];
  for (const _ of improvements(arrangement)) {
    expectAsFromScratch(arrangement);
    expect(arrangement.cost).toBeLessThan(cost);
    cost = arrangement.cost;
    steps += 1;
  }
  expect(steps).toBeGreaterThan(5);
});

test("what is refused leaves everything as it was", () => {
  const { recording } = drawn(7, 30);
  const arrangement = startOf(recording);
  const dispatches = [...recording.dispatches.keys()];
  for (const a of dispatches)
    for (const b of dispatches) {
      const before = arrangement.kernels;
      if (!arrangement.join(a, b)) expect(arrangement.kernels).toEqual(before);
    }
  expectAsFromScratch(arrangement);
});

test.each([1, 2, 3, 4])("kernels of recording %i compute what its dispatches do", async (seed) => {
  const hand = drawn(seed, 24);
  const kept = [...hand.recording.values.keys()].filter((id) => hand.recording.values[id]?.kind === "kept");
  const run = (recording: Recording) => runRecording(recording, hand.contents, kept);
  const fused = fuseElementwise(hand.recording);
  expect(fused.dispatches.length).toBeLessThan(hand.recording.dispatches.length / 1.5);
  const [expected, actual] = [await run(hand.recording), await run(fused)];
  for (const [i, values] of expected.entries())
    expectAllClose(actual[i] as Float32Array, values, { absolute: 1e-5, relative: 1e-5 });
});

test("every layer of a stack is put into as many kernels", () => {
  const [few, more, most] = [4, 8, 16].map((layers) => fuseElementwise(deep(layers)).dispatches.length) as [
    number,
    number,
    number,
  ];
  expect(most - more).toBe(2 * (more - few));
  expect(most).toBeLessThan(deep(16).dispatches.length);
});

/** Attempts that a search makes. */
function attemptsIn(recording: Recording): number {
  const arrangement = startOf(recording);
  let attempts = 0;
  const attempt = arrangement.attempt.bind(arrangement);
  arrangement.attempt = (kernels) => {
    attempts += 1;
    return attempt(kernels);
  };
  for (const _ of improvements(arrangement));
  return attempts;
}

test("a stack of twice the depth takes about twice the attempts", () => {
  expect(attemptsIn(deep(16)) / attemptsIn(deep(8))).toBeLessThan(2.5);
});
