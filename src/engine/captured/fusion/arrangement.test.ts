import { beforeAll, expect, test } from "vitest";
import { Stream } from "../../rng.ts";
import { expectAllClose } from "../../testing/allclose.ts";
import { startTestBackend } from "../../testing/backends.ts";
import { HandMade } from "../../testing/recordings.ts";
import { runRecording } from "../../testing/run-recording.ts";
import type { Recording, ValueId } from "../recording.ts";
import { Arrangement } from "./arrangement.ts";
import { fuseElementwise, improvements } from "./fuse-elementwise.ts";
import { FusedKernel } from "./fused-kernel.ts";
import { costOf } from "./kernel-cost.ts";
import { type Material, materialOf } from "./material.ts";
import type { DefinitionId } from "./value-flow.ts";

beforeAll(() => startTestBackend("webgpu"));

const ROWS = 4;
const COLUMNS = 6;
const COUNT = ROWS * COLUMNS;

/**
 * A recording of dispatches on tables and rows, drawn: chains, diamonds, repeated and transposed operands, values that
 * are written in place between, kernels that are not known, and results that nobody reads.
 */
function drawn(seed: number, length: number): HandMade {
  const stream = new Stream(seed, "sample");
  const hand = new HandMade();
  const pick = <T>(from: readonly T[]): T => from[stream.below(from.length)] as T;
  const kept = [hand.kept(COUNT), hand.kept(COUNT), hand.kept(COUNT)];
  const tables = [...kept, hand.elementwise("x0 * 0.5", [COUNT], [pick(kept)])];
  const rows = [hand.kept(COLUMNS)];
  // What was computed lately is read most.
  const table = () => (stream.below(3) > 0 ? pick(tables.slice(-4)) : pick(tables));
  for (let i = 0; i < length; i++) {
    switch (stream.below(10)) {
      case 0:
        tables.push(hand.opaque("x0 + x1", [COUNT], [table(), pick(kept)]));
        break;
      case 1:
        tables.push(hand.elementwise("x0 - x1", [ROWS, COLUMNS], [table(), { id: pick(rows), strides: [0, 1] }]));
        break;
      case 2:
        tables.push(hand.elementwise("x0 * 0.9", [COLUMNS, ROWS], [{ id: table(), strides: [1, COLUMNS] }]));
        break;
      case 3:
        rows.push(hand.elementwise("x0 + 0.1", [COLUMNS], [pick(rows)]));
        break;
      case 4:
        hand.elementwise("x0 + 0.25", [COUNT], [pick(tables.slice(kept.length))], pick(kept));
        break;
      default:
        tables.push(hand.elementwise("0.5 * x0 + 0.25 * x1", [COUNT], [table(), table()]));
    }
  }
  hand.opaque("x0", [COUNT], [tables.at(-1) as ValueId], hand.kept(COUNT));
  return hand;
}

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

/** Runs the kernels in their order without computing: each must find in a value what it means to read. */
function expectRunnable({ flow, recording, elementwise }: Material, { kernels }: Arrangement): void {
  const current = new Map<ValueId, DefinitionId>();
  for (const [id, { value, producer }] of flow.definitions.entries()) if (producer === null) current.set(value, id);
  const holder = (id: DefinitionId): ValueId => flow.definitions[id]?.value as ValueId;
  for (const { reads, writes } of kernels) {
    for (const id of reads) expect(current.get(holder(id))).toBe(id);
    for (const id of writes) current.set(holder(id), id);
  }
  const stay = kernels.flatMap(({ what }) => (typeof what === "number" ? [what] : []));
  expect(stay.sort((a, b) => a - b)).toEqual([...elementwise.keys()].filter((dispatch) => !elementwise[dispatch]));
  const last = new Map(flow.definitions.map(({ value }, id) => [value, id]));
  for (const [value, { kind }] of recording.values.entries())
    if (kind === "kept" && last.has(value)) expect(current.get(value)).toBe(last.get(value));
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
  expectRunnable(arrangement.material, arrangement);
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

/** Layers of dense products, biases, activations and residuals, and their gradients, as dispatches. */
function deep(layers: number): Recording {
  const hand = new HandMade();
  const product = (x: ValueId) => hand.opaque("x0 * 0.5", [COUNT], [x]);
  const forward: { x: ValueId; a: ValueId; t: ValueId }[] = [];
  let x = hand.elementwise("x0 + x1", [COUNT], [hand.kept(COUNT), hand.kept(COUNT)]);
  for (let i = 0; i < layers; i++) {
    const bias = { id: hand.kept(COLUMNS), strides: [0, 1] };
    const a = hand.elementwise("x0 + x1", [ROWS, COLUMNS], [product(x), bias]);
    const t = hand.elementwise("tanh(x0)", [COUNT], [a]);
    forward.push({ x, a, t });
    x = hand.elementwise("x0 + x1", [COUNT], [x, product(hand.elementwise("x0 * x1", [COUNT], [a, t]))]);
  }
  let g = product(x);
  for (const { a, t } of forward.toReversed()) {
    const through = product(g);
    const one = hand.elementwise("1.0 - x0 * x0", [COUNT], [t]);
    const inner = hand.elementwise("x0 * x1", [COUNT], [a, one]);
    const both = hand.elementwise("x0 * (x1 + x2)", [COUNT], [through, inner, t]);
    hand.opaque("x0", [COUNT], [both], hand.kept(COUNT));
    g = hand.elementwise("x0 + x1", [COUNT], [g, product(both)]);
  }
  hand.opaque("x0", [COUNT], [g], hand.kept(COUNT));
  return hand.recording;
}

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
