import { beforeAll, describe, expect, test } from "vitest";
import { memoryBytes } from "../gpu.ts";
import { startTestBackend } from "../testing/backends.ts";
import { randomRecording } from "../testing/recordings.ts";
import { Arena, placed } from "./arena.ts";
import type { Recording, ValueId } from "./recording.ts";

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

/** Temporaries that hold something before, during or after each dispatch: written by then, and still to be touched. */
function aliveAt({ values, dispatches, loss }: Recording): ValueId[][] {
  const touched = dispatches.map(({ reads, writes }) => new Set([...reads, ...writes]));
  // The loss is read when all is done.
  touched.push(new Set([loss]));
  return touched.map((_, i) =>
    [...values.keys()].filter(
      (id) =>
        values[id]?.kind === "temporary" &&
        touched.slice(0, i + 1).some((ids) => ids.has(id)) &&
        touched.slice(i).some((ids) => ids.has(id)),
    ),
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe.each(SEEDS)("temporaries of random recording %i", (seed) => {
  const { recording } = randomRecording(seed, 40);
  const { placeOf, bytes } = placed(recording);
  const bytesOf = (id: ValueId) => recording.values[id]?.bytes as number;
  const alive = aliveAt(recording);

  test("that are alive at the same time share no place, and each fits into its own", () => {
    for (const ids of alive) {
      const places = ids.map((id) => placeOf.get(id));
      expect(places).not.toContain(undefined);
      expect(new Set(places).size).toBe(ids.length);
    }
    for (const [id, place] of placeOf) expect(bytes[place]).toBeGreaterThanOrEqual(bytesOf(id));
  });

  test("take no more than each by itself would, and no less than those that are alive together", () => {
    expect(sum(bytes)).toBeLessThanOrEqual(sum([...placeOf.keys()].map(bytesOf)));
    expect(sum(bytes)).toBeGreaterThanOrEqual(Math.max(...alive.map((ids) => sum(ids.map(bytesOf)))));
  });
});

test("a chain takes two places, however long it is", () => {
  const chain: Recording = {
    values: Array.from({ length: 20 }, () => ({ kind: "temporary", bytes: 64 })),
    dispatches: Array.from({ length: 20 }, (_, i) => ({
      op: "Link",
      program: { label: "link", source: { code: "", entryPoint: "main" } },
      workgroups: [1, 1, 1],
      reads: i > 0 ? [i - 1] : [],
      writes: [i],
      uniforms: new Uint8Array(),
      elementwise: null,
      copy: null,
    })),
    feeds: [],
    sizes: [],
    loss: 19,
  };
  expect(placed(chain).bytes).toEqual([64, 64]);
});

describe("buffers of an arena", () => {
  beforeAll(() => startTestBackend("webgpu"));

  test("are distinct within a recording, shared between recordings, and gone with it", () => {
    const before = memoryBytes();
    const arena = new Arena();
    const first = arena.buffers([400, 80, 80]);
    expect(new Set(first).size).toBe(3);
    const held = memoryBytes();
    expect(held - before).toBe(560);
    const second = arena.buffers([80, 300, 40]);
    expect(new Set(second).size).toBe(3);
    expect(second.every((buffer) => first.includes(buffer))).toBe(true);
    expect(memoryBytes()).toBe(held);
    const third = arena.buffers([500, 80, 80, 80]);
    expect(new Set(third).size).toBe(4);
    for (const [i, size] of [500, 80, 80, 80].entries()) expect(third[i]?.size).toBeGreaterThanOrEqual(size);
    arena.dispose();
    expect(memoryBytes()).toBe(before);
  });
});
