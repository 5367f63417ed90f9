import { expect, test } from "vitest";
import { Stream } from "../../rng.ts";
import { drawn } from "../../testing/drawn-recordings.ts";
import { HandMade } from "../../testing/recordings.ts";
import { expectRunnable } from "../../testing/runnable.ts";
import { Arrangement } from "./arrangement.ts";
import { improvements } from "./fuse-elementwise.ts";
import type { Material } from "./fused-kernel.ts";
import { KernelLine } from "./kernel-line.ts";
import { ordered } from "./kernel-order.ts";
import { materialOf } from "./material.ts";
import type { Running } from "./running.ts";

function arrangedFrom(seed: number): { material: Material; kernels: Running[] } {
  const { material, kernels } = materialOf(drawn(seed, 50).recording);
  const arrangement = Arrangement.of(material, kernels) as Arrangement;
  for (const _ of improvements(arrangement));
  return { material, kernels: arrangement.kernels };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])("kernels that come back find a place: recording %i", (seed) => {
  const { material, kernels } = arrangedFrom(seed);
  const line = new KernelLine(material.flow, kernels);
  const stream = new Stream(seed, "sample");
  for (let i = 0; i < 30; i++) {
    const gone = kernels.filter(() => stream.below(4) === 0);
    expect(line.swap(gone, new Map())).toBe(true);
    expect(line.kernels).toHaveLength(kernels.length - gone.length);
    // Together or one by one, whichever comes first.
    const together = stream.below(2) === 0;
    const back = gone.sort((a, b) => ((a.last * 7919) % 101) - ((b.last * 7919) % 101));
    for (const some of together ? [back] : back.map((kernel) => [kernel]))
      expect(line.swap([], new Map(some.map((kernel) => [kernel, []])))).toBe(true);
    expectRunnable(material, line.kernels);
  }
});

test("what would have to come after itself is refused, and nothing has changed", () => {
  const hand = new HandMade();
  const a = hand.elementwise("x0", [8], [hand.kept(8)]);
  const b = hand.opaque("x0", [8], [a]);
  const c = hand.elementwise("x0", [8], [b]);
  hand.opaque("x0", [8], [hand.elementwise("x0 + x1", [8], [a, c])], hand.kept(8));
  const { material, kernels } = materialOf(hand.recording);
  const before = (Arrangement.of(material, kernels) as Arrangement).kernels;
  const line = new KernelLine(material.flow, before);
  const [first, , last] = before as [Running, Running, Running, ...Running[]];
  const both = { ...last, reads: [...first.reads, ...last.reads], writes: [...first.writes, ...last.writes] };
  expect(line.swap([first, last], new Map([[both, [first, last]]]))).toBe(false);
  expect(line.kernels).toEqual(before);
  // Nor where it takes nobody's place.
  expect(line.swap([first, last], new Map([[both, []]]))).toBe(false);
  expect(line.kernels).toEqual(before);
  expectRunnable(material, line.kernels);
  expect(line.readers(first.writes[0] as number)).toHaveLength(2);
});

test("an order is that of the recording wherever there is a choice, and null where there is none", () => {
  const { material, kernels } = arrangedFrom(3);
  const order = ordered(material.flow, kernels.toReversed()) as Running[];
  expectRunnable(material, order);
  expect(ordered(material.flow, order)).toEqual(order);
  const [first, last] = [order.find(({ writes }) => writes.length > 0), order.at(-1)] as [Running, Running];
  const cyclic = { ...first, reads: [...first.reads, ...last.writes] };
  const readsFirst = { ...last, reads: [...last.reads, ...first.writes] };
  const others = order.filter((kernel) => kernel !== first && kernel !== last);
  expect(ordered(material.flow, [cyclic, ...others, readsFirst])).toBeNull();
});
