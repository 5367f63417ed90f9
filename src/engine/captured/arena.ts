import { destroyBuffer, storageBuffer } from "../gpu.ts";
import type { Recording, ValueId } from "./recording.ts";

/** From the first dispatch that writes a value to the last that touches it. */
interface Lifetime {
  readonly id: ValueId;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Which place each temporary value has, and how many bytes each place needs. */
export interface Placement {
  readonly placeOf: ReadonlyMap<ValueId, number>;
  readonly bytes: readonly number[];
}

/**
 * Gives temporaries of disjoint lifetimes one place: the largest first, each in the smallest place that is free for as
 * long as it lives, or a new one ("greedy by size": Pisarchyk and Lee 2020, 2001.03288, section 4.3). No value that a
 * dispatch reads shares a place with one that it writes, since WebGPU binds a buffer for either.
 */
export function placed(recording: Recording): Placement {
  const placeOf = new Map<ValueId, number>();
  const bytes: number[] = [];
  const taken: Lifetime[][] = [];
  for (const life of lifetimes(recording).sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    const isFree = (place: number) =>
      (taken[place] as Lifetime[]).every(({ first, last }) => last < life.first || first > life.last);
    // Places were made for larger values first, so that the last that is free is the smallest.
    let place = bytes.length - 1;
    while (place >= 0 && !isFree(place)) place -= 1;
    if (place < 0) {
      place = bytes.push(life.bytes) - 1;
      taken.push([]);
    }
    placeOf.set(life.id, place);
    (taken[place] as Lifetime[]).push(life);
  }
  return { placeOf, bytes };
}

function lifetimes({ values, dispatches, loss }: Recording): Lifetime[] {
  const spans = new Map<ValueId, { first: number; last: number }>();
  for (const [i, { reads, writes }] of dispatches.entries())
    for (const id of [...reads, ...writes]) {
      if (values[id]?.kind !== "temporary") continue;
      const span = spans.get(id);
      if (span) span.last = i;
      else spans.set(id, { first: i, last: i });
    }
  // The loss is copied out when all is done.
  const span = spans.get(loss);
  if (span) span.last = dispatches.length;
  return [...spans].map(([id, span]) => ({ id, bytes: values[id]?.bytes as number, ...span }));
}

/** Buffers for the temporaries of several recordings, of which one runs at a time. */
export class Arena {
  #buffers: GPUBuffer[] = [];

  get bytes(): number {
    return this.#buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /** As many buffers, of at least so many bytes each, no two the same. */
  buffers(bytes: readonly number[]): GPUBuffer[] {
    const free = [...this.#buffers];
    return bytes.map((size) => {
      const fitting = free.filter((buffer) => buffer.size >= size).sort((a, b) => a.size - b.size)[0];
      if (fitting) {
        free.splice(free.indexOf(fitting), 1);
        return fitting;
      }
      const made = storageBuffer(size / 4, "temporaries of a step");
      this.#buffers.push(made);
      return made;
    });
  }

  dispose(): void {
    for (const buffer of this.#buffers) destroyBuffer(buffer);
    this.#buffers = [];
  }
}
