import type { Running } from "./running.ts";
import type { DefinitionId, ValueFlow } from "./value-flow.ts";

/** Of a kernel in a walk: not come to, on the way to where the walk is, or left behind with all that comes after it. */
const [UNSEEN, OPEN, DONE] = [0, 1, 2] as const;

/**
 * Kernels in an order in which each comes after what wrote what it reads, and before what writes over it. Where kernels
 * change, only those between the ones that changed are looked at and moved (as in Pearce and Kelly 2006, "A dynamic
 * topological sort algorithm for directed acyclic graphs", section 2).
 */
export class KernelLine {
  /** Null where a kernel was. */
  readonly #line: (Running | null)[] = [];
  readonly #places = new Map<Running, number>();
  readonly #writers: (Running | null)[];
  readonly #readers: Running[][];
  /** The definition that put an end to each one. */
  readonly #next: (DefinitionId | null)[];

  /** @param kernels in such an order */
  constructor(
    readonly flow: ValueFlow,
    kernels: readonly Running[],
  ) {
    this.#writers = flow.definitions.map(() => null);
    this.#readers = flow.definitions.map(() => []);
    this.#next = flow.definitions.map(() => null);
    for (const [definition, old] of flow.before.entries()) if (old !== null) this.#next[old] = definition;
    for (const kernel of kernels) this.#put(kernel, this.#line.length);
  }

  get kernels(): Running[] {
    return this.#line.filter((kernel) => kernel !== null);
  }

  /** The kernels that load a definition. */
  readers(definition: DefinitionId): Running[] {
    return [...(this.#readers[definition] as Running[])];
  }

  #place(kernel: Running): number {
    return this.#places.get(kernel) as number;
  }

  #put(kernel: Running, place: number): void {
    this.#line[place] = kernel;
    this.#places.set(kernel, place);
    for (const definition of kernel.writes) this.#writers[definition] = kernel;
    for (const definition of kernel.reads) this.#readers[definition]?.push(kernel);
  }

  #take(kernel: Running): void {
    this.#line[this.#place(kernel)] = null;
    for (const definition of kernel.writes) this.#writers[definition] = null;
    for (const definition of kernel.reads) {
      const readers = this.#readers[definition] as Running[];
      readers.splice(readers.indexOf(kernel), 1);
    }
  }

  /**
   * Puts kernels in the places of others.
   * @param come each with those that it comes in the place of, if any
   * @returns false where there is no order any more; then nothing changes
   */
  swap(gone: readonly Running[], come: ReadonlyMap<Running, readonly Running[]>): boolean {
    for (const [kernel, before] of come) if (before.length === 0) this.#makeRoom(kernel);
    for (const kernel of gone) this.#take(kernel);
    for (const [kernel, before] of come)
      this.#put(kernel, before.length === 0 ? this.#place(kernel) : Math.max(...before.map((old) => this.#place(old))));
    const isOrdered = this.#sort([...come.keys()]);
    if (!isOrdered) {
      for (const kernel of come.keys()) this.#take(kernel);
      for (const kernel of gone) this.#put(kernel, this.#place(kernel));
    }
    for (const kernel of isOrdered ? gone : come.keys()) this.#places.delete(kernel);
    return isOrdered;
  }

  /** A place behind all that writes what a kernel reads. */
  #makeRoom(kernel: Running): void {
    const writers = kernel.reads.flatMap((definition) => this.#writers[definition] ?? []);
    const place = Math.max(-1, ...writers.map((writer) => this.#place(writer))) + 1;
    this.#line.splice(place, 0, kernel);
    for (const [i, other] of this.#line.entries()) if (other && i >= place) this.#places.set(other, i);
  }

  /** Tells of kernels that must come after one; those that must because of another of them may be left out. */
  #after(kernel: Running, tell: (next: Running) => void): void {
    for (const definition of kernel.writes) for (const reader of this.#readers[definition] as Running[]) tell(reader);
    for (const definitions of [kernel.reads, kernel.writes])
      for (const definition of definitions)
        for (let next = this.#next[definition] ?? null; next !== null; next = this.#next[next] ?? null) {
          const writer = this.#writers[next];
          if (!writer || writer === kernel) continue;
          tell(writer);
          break;
        }
  }

  /** Tells of kernels that must come before one, likewise. */
  #before(kernel: Running, tell: (previous: Running) => void): void {
    for (const definition of kernel.reads) {
      const writer = this.#writers[definition];
      if (writer) tell(writer);
    }
    for (const definition of kernel.writes)
      for (let old = this.flow.before[definition] ?? null; old !== null; old = this.flow.before[old] ?? null) {
        for (const reader of this.#readers[old] as Running[]) if (reader !== kernel) tell(reader);
        const writer = this.#writers[old];
        if (!writer || writer === kernel) continue;
        tell(writer);
        break;
      }
  }

  /**
   * Brings kernels in order of which these alone may be in wrong places.
   * @returns false where that is not possible
   */
  #sort(kernels: readonly Running[]): boolean {
    /** What comes too early, and the last place of what it has to come after. */
    const early = new Set<Running>();
    let until = -1;
    for (const kernel of kernels) {
      const place = this.#place(kernel);
      this.#after(kernel, (next) => {
        if (this.#place(next) > place) return;
        early.add(next);
        until = Math.max(until, place);
      });
      this.#before(kernel, (previous) => {
        if (this.#place(previous) < place) return;
        early.add(kernel);
        until = Math.max(until, this.#place(previous));
      });
    }
    if (early.size === 0) return true;
    const moved = this.#followers(early, until);
    if (moved) this.#moveBehind(moved, until);
    return moved !== null;
  }

  /**
   * These and all that must come after them, in order, as far as it lies up to a place.
   * @returns null where one of them must come after itself
   */
  #followers(first: Iterable<Running>, until: number): Running[] | null {
    const states = new Uint8Array(until + 1);
    const done: Running[] = [];
    const path = [...first];
    for (let kernel = path.at(-1); kernel; kernel = path.at(-1)) {
      const place = this.#place(kernel);
      if (states[place] !== UNSEEN) {
        path.pop();
        if (states[place] === OPEN) done.push(kernel);
        states[place] = DONE;
        continue;
      }
      states[place] = OPEN;
      let isCyclic = false;
      this.#after(kernel, (next) => {
        const at = this.#place(next);
        if (at > until) return;
        if (states[at] === OPEN) isCyclic = true;
        else if (states[at] === UNSEEN) path.push(next);
      });
      if (isCyclic) return null;
    }
    return done.reverse();
  }

  /** Moves kernels behind all others up to a place. */
  #moveBehind(moved: readonly Running[], until: number): void {
    const from = Math.min(...moved.map((kernel) => this.#place(kernel)));
    const isMoved = new Set(moved);
    const stay: Running[] = [];
    const places: number[] = [];
    for (let place = from; place <= until; place++) {
      const kernel = this.#line[place];
      if (!kernel) continue;
      places.push(place);
      if (!isMoved.has(kernel)) stay.push(kernel);
    }
    for (const [i, kernel] of [...stay, ...moved].entries()) {
      const place = places[i] as number;
      this.#line[place] = kernel;
      this.#places.set(kernel, place);
    }
  }
}
