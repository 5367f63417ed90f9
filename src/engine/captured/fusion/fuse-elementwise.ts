import type { Elementwise } from "../elementwise.ts";
import { isIdentity, layoutOf } from "../layout.ts";
import type { Recording } from "../recording.ts";
import { Arrangement } from "./arrangement.ts";
import type { FusedKernel, Material } from "./fused-kernel.ts";
import { knownArrangement, remember, structureOf } from "./known-arrangements.ts";
import { materialOf, resultsOf } from "./material.ts";

/** The search goes through all that it knows to try so many times, or until nothing helps. */
const ROUNDS = 2;

/**
 * Puts element-wise dispatches together: a value that is read where it was computed stays in a register, and what is
 * cheap to compute again is not stored for later. Each step of the search joins two kernels, or computes a value where it is
 * read, and stays where the estimated time of the whole falls and an order is left in which each kernel comes after what
 * it reads and before what overwrites it.
 */
export function fuseElementwise(recording: Recording): Recording {
  const { material, kernels } = materialOf(recording);
  const structure = structureOf(recording);
  const arrangement = knownArrangement(structure, material) ?? found(material, kernels);
  remember(structure, arrangement);
  return { ...recording, dispatches: arrangement.dispatches() };
}

/** @param kernels each dispatch that can be moved, by itself */
function found(material: Material, kernels: readonly FusedKernel[]): Arrangement {
  const arrangement = Arrangement.of(material, kernels);
  // As it was recorded it can be run.
  if (!arrangement) throw new Error("The dispatches of a recording cannot be computed one by one.");
  for (const _ of improvements(arrangement));
  return arrangement;
}

/** Improves an arrangement until nothing helps any more; stops after each step that did. */
export function* improvements(arrangement: Arrangement): Generator<void> {
  for (let round = 0; round < ROUNDS; round++) {
    let helped = false;
    for (const isBetter of attempts(arrangement)) {
      if (!isBetter) continue;
      helped = true;
      yield;
    }
    if (!helped) return;
  }
}

/** One round of the search: whether each attempt made the arrangement better. */
function* attempts(arrangement: Arrangement): Generator<boolean> {
  const { material } = arrangement;
  for (const [reader, producer] of neighbours(material)) yield arrangement.join(reader, producer);
  for (const producer of [...material.elementwise.keys()].reverse()) {
    if (!material.elementwise[producer]) continue;
    const readers = arrangement.readersOf(producer);
    for (const reader of readers) yield arrangement.inline(producer, [reader]);
    if (readers.length > 1) yield arrangement.inline(producer, arrangement.readersOf(producer));
    yield arrangement.inline(producer, arrangement.readersOf(producer), "with its kernel");
  }
  for (const [a, b] of arrangement.siblings()) yield arrangement.join(a, b);
}

/** Pairs of which the first reads, at its own place, each number that the second computes. */
function neighbours({ elementwise, flow }: Material): [reader: number, producer: number][] {
  return elementwise.flatMap((e, reader) =>
    (e?.operands ?? []).flatMap(({ strides }, i): [number, number][] => {
      const { axes } = e as Elementwise;
      const producer = flow.definitions[flow.reads[reader]?.[i] as number]?.producer ?? null;
      const its = producer === null ? null : elementwise[producer];
      const same = its && resultsOf(its) === resultsOf(e as Elementwise) && isIdentity(layoutOf(axes, strides));
      return same ? [[reader, producer as number]] : [];
    }),
  );
}
