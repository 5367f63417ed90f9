import type { Elementwise } from "../elementwise.ts";
import { type Grid, gridOf, isIdentity, type Layout } from "../layout.ts";
import type { Recording, ValueId } from "../recording.ts";
import type { Load, Site, Sites, Source } from "./sites.ts";
import type { ValueFlow } from "./value-flow.ts";

/** Storage buffers that a dispatch may bind on every device (WebGPU's default limit). */
const MOST_BUFFERS = 8;
/** Longer kernels take too long to compile. */
const MOST_NODES = 64;
/** Each axis takes a division by every thread. */
const MOST_AXES = 6;

/** A recording whose element-wise dispatches are to be put together. */
export interface Material {
  readonly recording: Recording;
  readonly flow: ValueFlow;
  /** What each dispatch computes, where that is known and can be moved. */
  readonly elementwise: readonly (Elementwise | null)[];
  readonly sites: Sites;
}

/** One of the dispatches' computations, at a place in its result that is linear in the kernel's number. */
export interface Node {
  readonly dispatch: number;
  readonly elementwise: Elementwise;
  readonly inputs: readonly Input[];
}

/** What gives an operand: a node, a load, or a number that is the same everywhere and in every step. */
export type Input = { readonly node: number } | { readonly load: number } | { readonly constant: number };

/** What a kernel computes: nodes in an order in which each comes after what it reads, and which of them it stores. */
export interface Plan {
  /** Numbers of each of its results. */
  readonly count: number;
  readonly nodes: readonly Node[];
  readonly loads: readonly Load[];
  readonly stores: readonly { readonly node: number; readonly value: ValueId }[];
  /** Axes of the loads that are not at their own place. */
  readonly grids: Grids;
}

/** Over which the layouts are linear. */
export interface Grids {
  /** Of the loads whose four neighbours lie along their last axis, or of all of them where threads compute one number. */
  readonly along: Grid;
  /** Of the others, of which four neighbours have coordinates of their own. */
  readonly apart: Grid;
}

/** Which grid a load belongs to; null where it needs none. */
export function gridOfLoad({ layout }: Load, count: number): keyof Grids | null {
  if (isIdentity(layout)) return null;
  return count % 4 !== 0 || (layout.at(-1)?.size as number) % 4 === 0 ? "along" : "apart";
}

/** Dispatches in one kernel: members of as many numbers each, and others that are computed where they are read. */
export class FusedKernel {
  readonly #plans = new Map<string, Plan | null>();
  readonly #alone = new Map<number, Computation | null>();

  constructor(
    readonly material: Material,
    readonly members: ReadonlySet<number>,
    readonly inlined: ReadonlySet<number>,
  ) {}

  /** One of its members: any tells which kernel it is. */
  get member(): number {
    const [first] = this.members;
    return first as number;
  }

  /** What it loads for the result of one member, whatever else it stores; null where it cannot compute that. */
  reach(member: number): readonly Load[] | null {
    return this.#computation([member])?.loads ?? null;
  }

  /** @returns null where it cannot compute the results of these members in one dispatch */
  plan(stored: readonly number[]): Plan | null {
    const key = stored.join();
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const made = this.#made(stored);
    this.#plans.set(key, made);
    return made;
  }

  #computation(stored: readonly number[]): Computation | null {
    const [member] = stored as [number];
    const known = stored.length === 1 ? this.#alone.get(member) : undefined;
    if (known !== undefined) return known;
    const computation = new Computation(this);
    const made = stored.every((each) => computation.add(each)) ? computation : null;
    if (stored.length === 1) this.#alone.set(member, made);
    return made;
  }

  #made(stored: readonly number[]): Plan | null {
    const { recording, sites } = this.material;
    const computation = this.#computation(stored);
    if (!computation) return null;
    const { nodes, loads, results } = computation;
    const stores = stored.map((dispatch, i) => ({
      node: results[i] as number,
      value: recording.dispatches[dispatch]?.writes[0] as ValueId,
    }));
    const count = sites.resultsOf(stored[0] as number);
    const read = new Set(loads.map(({ value }) => value));
    const written = new Set(stores.map(({ value }) => value));
    const inPlace = stores.some(({ value }) => read.has(value)) || written.size < stores.length;
    if (inPlace || read.size + written.size > MOST_BUFFERS) return null;
    const grids = gridsOf(loads, count);
    // Buffers are bound whole; a vec4 that reaches beyond the end would not be there.
    const isWhole = stores.every(({ value }) => recording.values[value]?.bytes === 4 * count);
    return grids && isWhole ? { count, nodes, loads, stores, grids } : null;
  }
}

/** @returns null where their axes do not fall together, or are too many */
function gridsOf(loads: readonly Load[], count: number): Grids | null {
  const layouts: Record<keyof Grids, Layout[]> = { along: [], apart: [] };
  for (const load of loads) {
    const which = gridOfLoad(load, count);
    if (which) layouts[which].push(load.layout);
  }
  const [along, apart] = [gridOf(layouts.along, count), gridOf(layouts.apart, count)];
  return along && apart && along.axes.length + apart.axes.length <= MOST_AXES ? { along, apart } : null;
}

/** What a kernel computes for some results. */
class Computation {
  readonly nodes: Node[] = [];
  readonly loads: Load[] = [];
  /** The node of each result. */
  readonly results: number[] = [];
  /** What each node computes. */
  readonly #sites: Site[] = [];

  constructor(readonly kernel: FusedKernel) {}

  /** @returns whether the kernel can compute the result of this member, too */
  add(member: number): boolean {
    const node = this.#node(this.kernel.material.sites.own(member));
    if (node !== null) this.results.push(node);
    return node !== null;
  }

  /** @returns null where its place does not fall together with what it reads, or the kernel gets too long */
  #node(site: Site): number | null {
    const known = this.#sites.indexOf(site);
    if (known >= 0) return known;
    if (!site.sources) return null;
    const inputs: Input[] = [];
    for (const source of site.sources) {
      const input = this.#input(source);
      if (!input) return null;
      inputs.push(input);
    }
    const { dispatch, elementwise } = site;
    this.#sites.push(site);
    const count = this.nodes.push({ dispatch, elementwise, inputs });
    return count <= MOST_NODES ? count - 1 : null;
  }

  #input(source: Source): Input | null {
    const { members, inlined } = this.kernel;
    const { producer, constant, load } = source;
    if (producer !== null) {
      const site = (source.isOwn && members.has(producer)) || inlined.has(producer) ? source.site : null;
      if (site) {
        const node = this.#node(site);
        return node === null ? null : { node };
      }
      // What this very dispatch writes elsewhere cannot be read in it.
      if (members.has(producer)) return null;
    }
    if (constant !== null) return { constant };
    const known = this.loads.indexOf(load);
    return { load: known >= 0 ? known : this.loads.push(load) - 1 };
  }
}
